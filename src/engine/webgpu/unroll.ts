import { DeviceError } from '../../core/errors.ts';

/** Named numbers and tables of numbers, as a shader declares them. */
type Names = ReadonlyMap<string, number | readonly number[]>;

const loopHeader =
  /for \(var (\w+) = ([^;]+); \1 (<|>) ([^;]+); \1(\+\+|--)\) \{ \/\/ unroll$|if \((.*)\) \{ \/\/ static$/m;

/**
 * Writes out the loops of a shader that are marked `// unroll`, and decides the conditions that are marked
 * `// static`, so that what depends on their variables becomes a constant. Bounds and conditions may use the shader's
 * constants and the variables of the loops around. The shader is valid, and means the same, without it.
 *
 * @throws DeviceError for a bound or condition that is not a constant
 */
export function unroll(code: string): string {
  const names = constantsOf(code);
  return cutIntoBlocks(foldIndices(expand(code, names), names), names);
}

/** Elements of a block: with fewer, the loops that visit all elements are too many. */
const blockLength = 16;
const blockArray = /^(var<private> (\w+): array<)vec4f, (\w+)>; \/\/ blocks$/gm;
const blockLoop = /for \(var (\w+) = 0u; \1 < (\w+) \* (\S+); \1\+\+\) \{ \/\/ blocks$/m;

/**
 * Cuts arrays marked `// blocks` into blocks of their elements, and the loops marked so, which visit all elements, into
 * a loop for each block.
 */
function cutIntoBlocks(code: string, names: Names): string {
  const arrays = [...code.matchAll(blockArray)].map(([, , name]) => name);
  if (arrays.length === 0) return code;
  const anyArray = `\\b(${arrays.join('|')})`;
  let text = code
    .replace(blockArray, (_, start: string, __, length: string) => {
      const blocks = Math.ceil(evaluate(length, names) / blockLength);
      return `${start}array<vec4f, ${blockLength}>, ${blocks}>;`;
    })
    .replace(new RegExp(`${anyArray}\\[(\\d+)u\\]`, 'g'), (_, name: string, at: string) => {
      const element = Number(at);
      return `${name}[${Math.floor(element / blockLength)}u][${element % blockLength}u]`;
    });
  for (let header = blockLoop.exec(text); header; header = blockLoop.exec(text)) {
    const [line, variable = '', length = '', factor = ''] = header;
    const rest = text.slice(header.index + line.length);
    const body = take(rest);
    const elements = evaluate(length, names);
    let loops = '';
    for (let first = 0; first < elements; first += blockLength) {
      const count = Math.min(blockLength, elements - first);
      loops += `for (var ${variable} = 0u; ${variable} < ${count}u * ${factor}; ${variable}++) {`;
      loops += `${blockBody(body, variable, first, anyArray)}}\n`;
    }
    text = text.slice(0, header.index) + loops + rest.slice(body.length + 1);
  }
  // What is left are parameters of functions, which become constants where drivers put the function in.
  return text.replace(
    new RegExp(`${anyArray}\\[([a-z]\\w*)\\]`, 'g'),
    `$1[$2 / ${blockLength}u][$2 % ${blockLength}u]`,
  );
}

/** The body of a loop over all elements, for the block that begins at element `first`. */
function blockBody(body: string, variable: string, first: number, anyArray: string): string {
  const placeholder = '@';
  return body
    .replace(new RegExp(`${anyArray}\\[${variable}\\]`, 'g'), `$1[${first / blockLength}u][${placeholder}]`)
    .replace(new RegExp(`\\b${variable}\\b`, 'g'), `(${first}u + ${variable})`)
    .replaceAll(placeholder, variable);
}

/** Turns constant indices, and tables at constant indices, into plain numbers: compilers are slow with thousands. */
function foldIndices(code: string, names: Names): string {
  const isTable = (name: string) => typeof names.get(name) !== 'number';
  const tables = [...names.keys()].filter(isTable);
  const plain = [...names.keys()].filter((name) => !isTable(name));
  const number = ['\\d+u?', ...plain, '[-+*/% ]'].join('|');
  const index = new RegExp(`\\[((?:${number})+)\\]`, 'g');
  const fold = (text: string) =>
    text.replace(index, (_, expression: string) => `[${evaluate(expression, names)}u]`);
  if (tables.length === 0) return fold(code);
  const atConstant = new RegExp(`\\b(?:${tables.join('|')})\\[[\\d+\\-*/%u ]+\\]`, 'g');
  return fold(code.replace(atConstant, (table) => `${evaluate(table, names)}u`));
}

/** `const NAME: u32 = 3u;` and `const NAME = array<u32, 2>(1u, 2u);`. */
function constantsOf(code: string): Names {
  const names = new Map<string, number | readonly number[]>();
  for (const [, name = '', value = ''] of code.matchAll(/^const (\w+): \w+ = ([^;]+);/gm)) {
    if (/^[\d.]+u?$/.test(value)) names.set(name, Number.parseFloat(value));
  }
  for (const [, name = '', values = ''] of code.matchAll(/^const (\w+) = array<u32, \d+>\(([^)]*)\);/gm)) {
    names.set(name, values.split(',').map(Number.parseFloat));
  }
  return names;
}

function expand(code: string, names: Names): string {
  let result = '';
  let rest = code;
  for (let header = loopHeader.exec(rest); header; header = loopHeader.exec(rest)) {
    const [line, variable = '', from = '', compare, to = '', , condition] = header;
    result += rest.slice(0, header.index);
    rest = rest.slice(header.index + line.length);
    const body = take(rest);
    rest = rest.slice(body.length + 1);
    if (condition === undefined) {
      for (const value of range(evaluate(from, names), compare, evaluate(to, names))) {
        result += `{${expand(substitute(body, variable, value), names)}}`;
      }
      continue;
    }
    const otherwise = rest.startsWith(' else {') ? take(rest.slice(7)) : undefined;
    if (otherwise !== undefined) rest = rest.slice(7 + otherwise.length + 1);
    result += `{${expand((evaluate(condition, names) ? body : otherwise) ?? '', names)}}`;
  }
  return result + rest;
}

/** The text up to the brace that closes the block which has just begun. */
function take(text: string): string {
  let depth = 1;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '{') depth++;
    if (text[i] === '}') depth--;
    if (depth === 0) return text.slice(0, i);
  }
  throw new DeviceError('a loop to unroll must end with a brace, got the end of the shader');
}

function* range(from: number, compare: string | undefined, to: number): Generator<number> {
  if (compare === '<') for (let value = from; value < to; value++) yield value;
  else for (let value = from; value > to; value--) yield value;
}

function substitute(body: string, variable: string, value: number): string {
  return body.replace(new RegExp(`\\b${variable}\\b`, 'g'), `${value}u`);
}

/** The value of a whole-number expression of WGSL: + - * / % < > <= >= == != &&, min, parentheses and tables. */
function evaluate(expression: string, names: Names): number {
  const tokens = expression.match(/\d+u?|\w+|[<>=!]=|&&|[-+*/%()[\]<>,]/g) ?? [];
  let at = 0;
  const next = () => tokens[at++] ?? '';
  const binary = (level: number): number => {
    const operators = levels[level];
    if (!operators) return primary();
    let value = binary(level + 1);
    while ((tokens[at] ?? '') in operators) {
      const operator = operators[next()] as (a: number, b: number) => number;
      value = operator(value, binary(level + 1));
    }
    return value;
  };
  const primary = (): number => {
    const token = next();
    if (token === '(') {
      const value = binary(0);
      next();
      return value;
    }
    if (/^\d/.test(token)) return Number.parseInt(token, 10);
    if (token === 'min') {
      next();
      const first = binary(0);
      next();
      const second = binary(0);
      next();
      return Math.min(first, second);
    }
    const named = names.get(token);
    if (typeof named === 'number') return named;
    if (named === undefined || next() !== '[') {
      throw new DeviceError(`a bound to unroll must be a constant, got ${expression} with ${token}`);
    }
    const index = binary(0);
    next();
    return named[index] as number;
  };
  return binary(0);
}

/** Binary operators from the weakest to the strongest. */
const levels: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  { '&&': (a, b) => (a && b ? 1 : 0) },
  {
    '<': (a, b) => Number(a < b),
    '>': (a, b) => Number(a > b),
    '<=': (a, b) => Number(a <= b),
    '>=': (a, b) => Number(a >= b),
    '==': (a, b) => Number(a === b),
    '!=': (a, b) => Number(a !== b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => Math.trunc(a / b), '%': (a, b) => a % b },
];
