import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { CancelledError, ShoalError } from '../../src/core/errors.ts';
import { lastWords } from '../peers/peer-process.ts';

export interface LinesOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** The process is ended after so long. */
  readonly mostSeconds: number;
  /** @param seconds since the process was started */
  readonly onLine: (line: Readonly<Record<string, unknown>>, seconds: number) => void;
}

const windows = process.platform === 'win32';

/**
 * Runs a command that prints a JSON object a line; other lines are passed over.
 * @throws ShoalError with its last words when it fails, CancelledError when the signal is aborted
 */
export async function runJsonLines(
  command: string,
  args: readonly string[],
  { env, signal, mostSeconds, onLine }: LinesOptions,
): Promise<void> {
  if (signal.aborted) throw cancelled();
  const started = performance.now();
  // A group of its own, so that processes that it starts end with it.
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: !windows });
  const end = () => killGroup(child.pid);
  signal.addEventListener('abort', end);
  const timer = setTimeout(end, 1000 * mostSeconds);
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('{"')) onLine(JSON.parse(line), (performance.now() - started) / 1000);
  });
  try {
    const [errors, [code, ending]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    if (signal.aborted) throw cancelled();
    if (ending) throw new ShoalError(`it was not done after ${mostSeconds} s, or was ended (${ending})`);
    if (code !== 0) throw new ShoalError(`it ended with exit code ${code}. ${lastWords(errors)}`);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

const cancelled = () => new CancelledError('the benchmark was cancelled');

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(windows ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
