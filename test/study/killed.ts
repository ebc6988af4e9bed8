import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { threefry } from '../../src/core/threefry.ts';
import { makeMoons } from '../../src/index.ts';
import { StudyStore } from '../../src/node.ts';
import { fileWith, main } from '../cli/run.ts';
import { tableOf } from './runner.ts';

/** A file of two crescents, a and b, and to which of them each point belongs, y. */
export function moonsTable(): string {
  const { x, y } = makeMoons({ nSamples: 120, noise: 0.25, randomState: 1 });
  const lines = Array.from(y, (label, row) => [x.values[2 * row], x.values[2 * row + 1], label].join());
  return fileWith(['a,b,y', ...lines].join('\n'));
}

/** A trial as `--jsonl` announces it: by then it must be safe. */
interface Announced {
  readonly event: string;
  readonly trial: number;
  readonly state: string;
  readonly metrics: Readonly<Record<string, unknown>>;
  readonly epochs: number;
}

/** When to kill a process: so many milliseconds after it was started, or after it has announced its first trial. */
interface Moment {
  readonly after: 'start' | 'trial';
  readonly milliseconds: number;
}

/** A study that processes of its own run, which are killed. */
export class KilledStudy {
  readonly path: string;
  kills = 0;
  private readonly tune: readonly string[];
  private readonly common: readonly string[];
  private readonly announced = new Map<number, Announced>();

  /**
   * @param tune arguments of `shoal tune` that say what is searched
   * @param common arguments that `shoal resume` needs too
   */
  constructor(path: string, tune: readonly string[], common: readonly string[]) {
    this.path = path;
    this.tune = tune;
    this.common = [...common, '--jsonl'];
  }

  /**
   * Kills process after process, and looks at the file after each.
   * @returns whether the study lived through so many kills without coming to its end
   */
  async kill(times: number, seed: number): Promise<boolean> {
    for (let i = 0; i < times; i++) {
      const [word, choice] = threefry([seed, 1], [i, 0]);
      // Most while trials come in; some while the process opens the study, or makes it.
      const moment: Moment =
        choice % 5 === 0
          ? { after: 'start', milliseconds: 100 + (word % 900) }
          : { after: 'trial', milliseconds: word % 250 };
      if ((await this.run(moment)) !== 'killed') return false;
      this.kills++;
      if (this.check() === 'over') return false;
    }
    return true;
  }

  /** Lets the study come to its end. */
  async end(): Promise<void> {
    expect(await this.run()).toBe(0);
    this.check();
  }

  /** @returns its exit code, or that it was killed in time */
  private async run(moment?: Moment): Promise<number | null | 'killed'> {
    const command = existsSync(this.path)
      ? ['resume', this.path, ...this.common]
      : ['tune', ...this.tune, '--study', this.path, ...this.common];
    const child = spawn(process.execPath, [main, ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
    const errors: string[] = [];
    child.stderr?.on('data', (text) => errors.push(String(text)));
    await this.follow(child, moment);
    if (child.signalCode === 'SIGKILL') return 'killed';
    expect([child.exitCode, errors.join('')], command[0]).toEqual([0, expect.anything()]);
    return child.exitCode;
  }

  private async follow(child: ChildProcess, moment: Moment | undefined): Promise<void> {
    if (!child.stdout) throw new Error('the process has no output');
    let timer: NodeJS.Timeout | undefined;
    const killSoon = () => {
      timer ??= setTimeout(() => child.kill('SIGKILL'), moment?.milliseconds);
    };
    if (moment?.after === 'start') killSoon();
    createInterface(child.stdout).on('line', (line) => {
      const event = parsed(line);
      if (event?.event !== 'trial') return;
      expect(this.announced.has(event.trial), `trial ${event.trial} is announced once`).toBe(false);
      this.announced.set(event.trial, event);
      if (moment?.after === 'trial') killSoon();
    });
    await once(child, 'close');
    clearTimeout(timer);
  }

  /** All that was announced is there, once and with the same numbers, and the file is sound. */
  private check(): 'over' | 'open' {
    if (!existsSync(this.path)) {
      expect(this.announced.size).toBe(0);
      return 'open';
    }
    const store = StudyStore.open(this.path);
    try {
      const { trials, results } = store.load();
      expect(store.check()).toEqual([]);
      expect(trials.map(({ index }) => index)).toEqual(trials.map((_, place) => place));
      for (const { trial, state, metrics, epochs } of this.announced.values()) {
        const result = results[trial];
        const found = result && { state: result.state, metrics: result.metrics, epochs: result.epochs };
        expect(asJson(found), `trial ${trial}`).toEqual({ state, metrics, epochs });
      }
      return store.progress.ended === undefined ? 'open' : 'over';
    } finally {
      store.close();
    }
  }

  table(): object[] {
    const store = StudyStore.open(this.path, { readOnly: true });
    try {
      return tableOf(store.load());
    } finally {
      store.close();
    }
  }
}

/** A process that is killed may leave half a line. */
function parsed(line: string): Announced | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function asJson(value: unknown): unknown {
  const replacer = (_: string, inner: unknown) =>
    typeof inner === 'number' && !Number.isFinite(inner) ? String(inner) : inner;
  return JSON.parse(JSON.stringify(value ?? null, replacer));
}
