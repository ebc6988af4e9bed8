import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { ShoalError } from '../../src/core/errors.ts';

/** What a peer prints about its trainings, a line of JSON. */
export interface PeerSpeed {
  readonly system: string;
  readonly version: string;
  readonly network: string;
  /** Trainings in one go. */
  readonly trials: number;
  /** Without compilation and warming up. */
  readonly trialsPerSecond: number;
  readonly gflops: number;
  readonly compileSeconds: number;
  /** Over all trials: shows that the systems do the same job. */
  readonly finalValLossMedian: number;
}

/** The slowest peer needs about a minute on two cores. More: threads that wait for a core that others use. */
const mostSeconds = 240;

/**
 * Runs a peer's script and returns what it measured.
 * @throws ShoalError with its last words when it fails
 */
export async function runPeer(command: string, args: readonly string[]): Promise<PeerSpeed> {
  return (await runScript(command, args, mostSeconds)) as PeerSpeed;
}

/**
 * Runs a script and returns its result: the last line that is a JSON object with a `system`.
 * @throws ShoalError with its last words when it fails, or takes too long
 */
export async function runScript(command: string, args: readonly string[], seconds: number): Promise<unknown> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: peerEnvironment(),
    timeout: 1000 * seconds,
    killSignal: 'SIGKILL',
  });
  // Libraries greet on either stream: the result is the line that is JSON.
  const [output, errors, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  const line = output.split('\n').findLast((candidate) => candidate.startsWith('{"system"'));
  if (code === 0 && line !== undefined) return JSON.parse(line);
  if (signal === 'SIGKILL') {
    throw new ShoalError(`it had no result after ${seconds} s: do other programs use the processor?`);
  }
  throw new ShoalError(`it ended with ${signal ?? `exit code ${code}`}. ${lastWords(errors)}`);
}

/** OpenBLAS is left to choose its kernels: settings meant for old processors would slow numpy down. */
export function peerEnvironment(): NodeJS.ProcessEnv {
  const { OPENBLAS_CORETYPE: _type, OPENBLAS_L2_SIZE: _size, ...rest } = process.env;
  return rest;
}

export function lastWords(errors: string): string {
  return errors
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('Warning: maxDynamic'))
    .slice(-2)
    .join(' ');
}
