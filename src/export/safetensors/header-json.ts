/**
 * What is wrong with the JSON of a safetensors header beyond what `JSON.parse` refuses: a key that stands twice in one
 * object (readers would differ in which they take), and numbers other than whole ones without sign, fraction or exponent.
 *
 * @param text valid JSON
 * @returns the problem, or undefined
 */
export function headerProblem(text: string): string | undefined {
  const objects: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '{') objects.push(new Set());
    else if (character === '}') objects.pop();
    else if (character === '"') {
      const end = endOfText(text, at);
      const problem = textProblem(text.slice(at, end), isKey(text, end) ? objects.at(-1) : undefined);
      if (problem !== undefined) return problem;
      at = end - 1;
    } else if (!/[[\],:\d\s]/.test(character)) {
      return `the header must hold only objects, lists, texts and whole numbers, got ${JSON.stringify(text.slice(at, at + 20))}`;
    }
  }
  return undefined;
}

/** The place after a text that begins at `start`. */
function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (/\s/.test(text[at] ?? '')) at++;
  return text[at] === ':';
}

/** @param siblings the keys before it in its object, where it is a key */
function textProblem(quoted: string, siblings: Set<string> | undefined): string | undefined {
  const text = JSON.parse(quoted) as string;
  if (/\p{Surrogate}/u.test(text)) return `texts of the header must be valid Unicode, got ${quoted}`;
  if (siblings?.has(text)) return `every key must stand once in its object, got ${quoted} twice`;
  siblings?.add(text);
  return undefined;
}
