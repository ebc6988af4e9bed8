import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The command line as it was built. */
export const main = new URL('../../dist/cli/main.js', import.meta.url).pathname;

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `shoal` as a process; `onOutput` sees what it prints and may send it a signal. */
export function shoal(
  args: readonly string[],
  onOutput?: (text: string, kill: (signal: NodeJS.Signals) => void) => void,
  cwd?: string,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NO_COLOR: '1' };
    const child = spawn(process.execPath, [main, ...args], { env, ...(cwd !== undefined && { cwd }) });
    let [stdout, stderr] = ['', ''];
    const listen = (text: string) => onOutput?.(text, (signal) => child.kill(signal));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      listen(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      listen(text);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** A file with this text in a fresh folder. */
export function fileWith(text: string, name = 'table.csv'): string {
  const path = join(mkdtempSync(join(tmpdir(), 'shoal-test-')), name);
  writeFileSync(path, text);
  return path;
}

/** A data set that comes with the tests. */
export const dataSet = (name: string): string => new URL(`../data-sets/${name}`, import.meta.url).pathname;
