import { writeFileSync } from 'node:fs';
import Table from 'cli-table3';
import colors from 'picocolors';
import type { AdapterDescription } from '../src/engine/webgpu/device.ts';

/** What all benchmarks of a run share. */
export interface Options {
  readonly quick: boolean;
  /** File for the numbers as JSON; `-`: standard output, in place of the tables. */
  readonly json?: string;
}

/** What benchmarks share that any engine can run. */
export interface EngineOptions extends Options {
  readonly engine: 'webgpu' | 'cpu';
}

/** Progress goes to standard error, so that standard output holds nothing but results. */
export function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A table with the first columns (as many as `texts` says) on the left and numbers on the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], texts: number): string {
  const result = new Table({
    head: head.map((title) => colors.bold(title)),
    colAligns: head.map((_, column) => (column < texts ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  result.push(...rows.map((row) => [...row]));
  return result.toString();
}

/** Three significant digits. */
export function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** Prints the tables, or writes the numbers where `--json` says (and the tables too, unless to standard output). */
export function report({ json, quick }: Options, numbers: object, text: readonly string[]): void {
  if (json !== undefined) {
    const content = `${JSON.stringify({ date: new Date().toISOString(), quick, ...numbers }, null, 2)}\n`;
    if (json === '-') process.stdout.write(content);
    else writeFileSync(json, content);
  }
  if (json !== '-') process.stdout.write(`${text.join('\n')}\n`);
}

/** The adapter in one line, with the lanes of its subgroups. */
export function adapterLine({
  device,
  description,
  vendor,
  subgroupMinSize,
  subgroupMaxSize,
}: AdapterDescription) {
  const lanes =
    subgroupMinSize === subgroupMaxSize ? `${subgroupMinSize}` : `${subgroupMinSize} to ${subgroupMaxSize}`;
  return `adapter: ${description || device || vendor || 'unnamed'}, subgroup size ${lanes}`;
}
