import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const script = new URL('writer-process.mjs', import.meta.url).pathname;

/** A process that writes a study, and what it has said. */
export class WriterProcess {
  readonly lines: string[] = [];
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;

  /**
   * @param limit a shell's command that runs before, such as a limit of resources
   * @param restMs how long to rest after each batch
   */
  constructor(path: string, trials: number, { limit = ':', restMs = 0 } = {}) {
    const command = `${limit}; exec "$0" "$@"`;
    const args = ['-c', command, process.execPath, script, path, String(trials), String(restMs)];
    this.child = spawn('sh', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.closed = once(this.child, 'close');
    if (!this.child.stdout) throw new Error('the process has no output');
    createInterface(this.child.stdout).on('line', (line) => this.lines.push(line));
  }

  get pid(): number {
    return Number(this.child.pid);
  }

  async says(start: string): Promise<void> {
    while (!this.lines.some((line) => line.startsWith(start))) {
      if (this.child.exitCode !== null) throw new Error(`it ended and said: ${this.lines.join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** The last number behind a word, 0 where it was not said. */
  last(word: string): number {
    const line = this.lines.findLast((said) => said.startsWith(word));
    return Number(line?.slice(word.length) ?? 0);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.closed;
  }

  /** Waits for it to end. @returns its exit code */
  async end(): Promise<number | null> {
    await this.closed;
    return this.child.exitCode;
  }
}
