/** The version of every JSON document that the commands print; it grows when a field changes its meaning. */
export const schemaVersion = 1;

/** A command's one JSON document. Numbers that JSON cannot hold (NaN, infinity) become strings. */
export function jsonText(command: string, document: object): string {
  return `${JSON.stringify({ schemaVersion, command, ...document }, replacer, 2)}\n`;
}

function replacer(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

export function printJson(command: string, document: object): void {
  process.stdout.write(jsonText(command, document));
}

/** One of a command's JSON documents that are a line each. */
export function printLine(document: object): void {
  process.stdout.write(`${JSON.stringify(document, replacer)}\n`);
}
