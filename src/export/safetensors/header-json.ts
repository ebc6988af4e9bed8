/** The header holds tensors, a tensor lists: anything deeper is refused before memory is taken for it. */
const deepest = 3;

/**
 * What the format forbids in a header's JSON beyond what `JSON.parse` refuses: a key that stands twice in one object
 * (readers would differ in which they take), values other than objects, lists, texts and plain whole numbers, and deep
 * nesting. Of a text that is no JSON it may find nothing.
 */
export function headerProblem(text: string): string | undefined {
  /** The keys so far of each object that is open; a list has none. */
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '"') {
      const end = endOfText(text, at);
      const problem = textProblem(text.slice(at, end), isKey(text, end) ? open.at(-1) : undefined);
      if (problem !== undefined) return problem;
      at = end - 1;
    } else if (character === '{' || character === '[') {
      if (open.push(new Set()) > deepest)
        return `the header must be at most ${deepest} levels deep, got more`;
    } else if (character === '}' || character === ']') open.pop();
    else if (!/[,:\d\s]/.test(character)) {
      return `the header must hold objects, lists, texts and whole numbers only, got ${JSON.stringify(text.slice(at, at + 20))}`;
    }
  }
  return undefined;
}

/** The place after a text that begins at `start`. */
function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (/\s/.test(text[at] ?? '')) at++;
  return text[at] === ':';
}

/** @param siblings the keys before it in its object, where it is a key */
function textProblem(quoted: string, siblings: Set<string> | undefined): string | undefined {
  const text = parsedText(quoted);
  if (text === undefined) return undefined;
  if (/\p{Surrogate}/u.test(text)) return `texts of the header must be Unicode, got ${quoted.slice(0, 60)}`;
  if (siblings?.has(text)) return `every key must stand once in its object, got ${quoted.slice(0, 60)} twice`;
  siblings?.add(text);
  return undefined;
}

function parsedText(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}
