// What the text of shaders/ declares: assembled kernels, their bindings and constants, and the words of the libraries.
import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../..', import.meta.url);
const standIns = /^\/\/ begin (.*)\n[\s\S]*?^\/\/ end\n/gm;

export const read = (path) => readFileSync(new URL(`shaders/${path}`, root), 'utf8');
const withoutStandIns = (code) => code.replace(standIns, '');

/** The kernel with its libraries; of alternatives the one at place `choice`. */
function assemble(code, choice) {
  const enables = [];
  const text = code.replace(standIns, (_, names) => {
    const alternatives = names.split(' or ');
    const library = alternatives[Math.min(choice, alternatives.length - 1)];
    const [, enable = '', rest] = read(library).match(/^((?:(?:enable|diagnostic).*;\n)*)([\s\S]*)$/);
    enables.push(enable);
    return `// ${library}\n${withoutStandIns(rest)}`;
  });
  return enables.join('') + text;
}

function reflect(code) {
  const own = withoutStandIns(code);
  const bindings = [...code.matchAll(/@binding\((\d+)\) var<(\w+)(?:, (\w+))?> (\w+)/g)].map(
    ([, binding, space, access, name]) => ({ binding: Number(binding), name, access: access ?? space }),
  );
  // The ways in which a product's operands lie in memory are the kernel's nature, not a call's choice.
  const constants = [...own.matchAll(/^const (?!P_BY|Q_BY)(\w+)(?:: \w+)? =/gm)].map(([, name]) => name);
  const [, members = ''] = own.match(/^struct Shape {([\s\S]*?)^}/m) ?? [];
  return { bindings, constants, shape: fields(members).map((name) => name.toUpperCase()) };
}

export function fields(struct) {
  return [...struct.matchAll(/^ {2}(\w+): u32/gm)].map(([, name]) => name);
}

/** The kernels of a folder. */
export function kernelsIn(folder) {
  const kernels = {};
  for (const file of readdirSync(new URL(`shaders/${folder}`, root)).sort()) {
    const code = read(`${folder}/${file}`);
    const texts = { workgroup: assemble(code, 0), subgroup: assemble(code, 1) };
    kernels[file.replace('.wgsl', '')] = { ...reflect(code), code: texts };
  }
  return kernels;
}

/** The whole numbers that a library declares, by name. */
export function wordsOf(library) {
  const own = withoutStandIns(read(`lib/${library}.wgsl`));
  const declarations = own.matchAll(/^const (\w+): u32 = (\d+)u/gm);
  return Object.fromEntries([...declarations].map(([, name, at]) => [name, Number(at)]));
}
