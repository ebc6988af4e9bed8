import { afterAll, describe, expect, it } from 'vitest';
import type { Job, Session } from '../../src/engine/engine.ts';
import { type Engine, type StudyConfig, wasmEngine } from '../../src/index.ts';
import { StudyStore } from '../../src/node.ts';
import type { StudyData, TrialRecord, TrialResult } from '../../src/study/records.ts';
import { type FinishOptions, MemoryStorage, type StudyStorage } from '../../src/study/storage.ts';
import { cpuPoolEngine } from '../../src/train/cpu-pool.ts';
import { binaryRows, numbers, regressionRows, run, settingsOf, space, tableOf } from './runner.ts';
import { freshPath } from './store/sample.ts';

const common = { trials: 22, roundSize: 6, folds: 2, epochs: 6, seed: 5 } as const;

/** Every kind of sampler with every pruner that looks at others. */
const studies: Readonly<Record<string, StudyConfig>> = {
  'random, asha': { ...common, space, sampler: 'random', pruner: 'asha' },
  'tpe, median': { ...common, space, sampler: 'tpe', pruner: { name: 'median', startupTrials: 2 } },
  'cmaes, hyperband': { ...common, space: numbers, sampler: 'cmaes', pruner: 'hyperband' },
  'quasi-random, asha, one by one': {
    ...common,
    space,
    sampler: 'quasi-random',
    pruner: 'asha',
    overlap: false,
  },
  'population-based': {
    ...common,
    space,
    sampler: { name: 'population-based', population: 6, quantile: 0.4 },
  },
};
const cases = Object.entries(studies);

/** The table without what came of training again. */
const searchOf = (data: StudyData) =>
  tableOf({
    ...data,
    results: data.results.map((result) => {
      const { confirmation: _, ...search } = result ?? {};
      return result && (search as TrialResult);
    }),
  });
const againIn = ({ results }: StudyData) =>
  results.flatMap((result) => (result?.confirmation ? [result.index] : []));

const known = new Map<string, Promise<object[]>>();
/** The table of a study that nothing interrupts. */
function uninterrupted(name: string): Promise<object[]> {
  const table = known.get(name) ?? run(studies[name] as StudyConfig).then(({ data }) => tableOf(data));
  known.set(name, table);
  return table;
}

// Threads load JavaScript: theirs is what `npm run build` made.
const worker = new URL('../../dist/train/cpu-pool-worker.js', import.meta.url);
const pools = [1, 3].map((threads) => cpuPoolEngine({ threads }, worker));
afterAll(() => {
  for (const pool of pools) pool.close();
});

describe.each(cases)('a study with %s', (name, config) => {
  it('has the same table twice, with trials that are pruned where it prunes', async () => {
    const { data, reason } = await run(config);
    expect(reason).toBe('trials');
    expect(tableOf(data)).toEqual(await uninterrupted(name));
    expect(data.trials.map(({ index }) => index)).toEqual(Array.from({ length: 22 }, (_, index) => index));
    const pruned = data.trials.filter(({ state }) => state === 'pruned').length;
    expect(pruned > 0).toBe(config.pruner !== undefined);
    expect(data.trials.some(({ parent }) => parent !== undefined)).toBe(name === 'population-based');
  });

  it('has it after an end in good order at any of its events', async () => {
    const events = new Set<string>();
    await run(config, { onEvent: ({ type }) => events.add(type) });
    const again = name === 'population-based' ? [] : ['confirmation'];
    expect(events).toEqual(new Set(['round', 'group', 'trial', ...again, 'progress', 'end']));
    let cuts = 0;
    // How many events of progress there are depends on the time.
    for (let event = 1; ; event += 5) {
      const storage = new MemoryStorage(settingsOf(config));
      if ((await runUntil(config, storage, event)) !== 'cancelled') break;
      cuts++;
      await run(config, { storage });
      expect(tableOf(storage.load()), `event ${event}`).toEqual(await uninterrupted(name));
    }
    expect(cuts).toBeGreaterThan(3);
  });

  it('has it after an end in good order in the midst of any epoch', async () => {
    const storage = new MemoryStorage(settingsOf(config));
    let cuts = 0;
    // Each process trains for longer than the last one, so that the study ends one day.
    for (let epochs = 2; ; epochs += 5) {
      const abort = new AbortController();
      const engine = engineWith(epochs, () => abort.abort());
      const { reason } = await run(config, { storage, engine, signal: abort.signal });
      if (reason !== 'cancelled') break;
      cuts++;
    }
    expect(cuts).toBeGreaterThan(3);
    expect(tableOf(storage.load())).toEqual(await uninterrupted(name));
  });

  it('has it after a crash at any of its writes', async () => {
    const storage = new MemoryStorage(settingsOf(config));
    let crashes = 0;
    for (let write = 1; await crashesAt(config, storage, write); write++) crashes++;
    expect(crashes).toBeGreaterThan(2);
    expect(tableOf(storage.load())).toEqual(await uninterrupted(name));
  });

  it('has it in a file', async () => {
    const path = freshPath();
    const first = StudyStore.create(path, settingsOf(config));
    expect(await runUntil(config, first, 4)).toBe('cancelled');
    first.close();
    const second = StudyStore.open(path);
    await run(config, { storage: second });
    expect(tableOf(second.load())).toEqual(await uninterrupted(name));
    expect(second.check()).toEqual([]);
    second.close();
  });
});

/** An engine that says so when an epoch begins, counted from 1. */
function engineWith(epoch: number, onEpoch: () => void): Engine {
  const engine = wasmEngine();
  let begun = 0;
  const open = async (job: Job): Promise<Session> => {
    const session = await engine.open(job);
    const runEpochs: Session['run'] = (epochs, active, signal) => {
      if (++begun === epoch) onEpoch();
      return session.run(epochs, active, signal);
    };
    return new Proxy(session, { get: (target, name) => (name === 'run' ? runEpochs : bound(target, name)) });
  };
  return { ...engine, open };
}

function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name);
  return typeof value === 'function' ? value.bind(target) : value;
}

/** @returns why it ended, which is `cancelled` where there were so many events */
async function runUntil(config: StudyConfig, storage: StudyStorage, events: number): Promise<string> {
  const abort = new AbortController();
  let seen = 0;
  const { reason } = await run(config, {
    storage,
    signal: abort.signal,
    onEvent: ({ type }) => {
      if (type !== 'end' && ++seen === events) abort.abort();
    },
  });
  return reason;
}

async function crashesAt(config: StudyConfig, inner: StudyStorage, write: number): Promise<boolean> {
  const storage = new CrashingStorage(inner, write);
  try {
    await run(config, { storage });
    return false;
  } catch (error) {
    expect(error).toBe(crash);
    return true;
  }
}

const crash = new Error('the power is out');

/** Stores nothing from one of its writes on. */
class CrashingStorage implements StudyStorage {
  private readonly inner: StudyStorage;
  private left: number;

  constructor(inner: StudyStorage, writes: number) {
    this.inner = inner;
    this.left = writes;
  }

  get settings() {
    return this.inner.settings;
  }

  get progress() {
    return this.inner.progress;
  }

  load(): StudyData {
    return this.inner.load();
  }

  artifact(name: string): Uint8Array | undefined {
    return this.inner.artifact(name);
  }

  plan(trials: readonly TrialRecord[]): void {
    this.tick();
    this.inner.plan(trials);
  }

  finish(results: readonly TrialResult[], options?: FinishOptions): void {
    this.tick();
    this.inner.finish(results, options);
  }

  private tick(): void {
    if (--this.left < 0) throw crash;
  }
}

describe('what a trial is', () => {
  it('does not depend on the number of threads', async () => {
    const config = studies['random, asha'] as StudyConfig;
    const [one, three] = await Promise.all(
      pools.map(async (engine) => tableOf((await run(config, { engine })).data)),
    );
    expect(one).toEqual(three);
    // The engine of one thread does not count true and false positives.
    const counted = ['precision', 'recall', 'f1', 'balanced_accuracy'];
    const text = (table: unknown) =>
      JSON.stringify(table, (name, value) => (counted.includes(name) ? undefined : value));
    expect(text(three)).toBe(text(await uninterrupted('random, asha')));
  });

  it('does not depend on its company', async () => {
    const config = studies['tpe, median'] as StudyConfig;
    const { data } = await run(config, { engine: pools[1] as (typeof pools)[0] });
    const table = tableOf(data);
    for (const index of [0, 9, 21]) {
      // All are stored but one, which trains alone.
      const storage = new MemoryStorage(data.settings);
      storage.plan(data.trials.map((trial) => ({ ...trial, state: 'waiting' as const })));
      storage.finish(data.results.filter((result): result is TrialResult => result?.index !== index));
      await run(config, { storage, engine: pools[1] as (typeof pools)[0] });
      expect(tableOf(storage.load())[index]).toEqual(table[index]);
    }
  });

  it('depends on the seed and on its index', async () => {
    const config = { ...common, trials: 2, space: { ...numbers, learningRate: 0.01, l2: 0 } };
    const constant = async (seed: number) => (await run({ ...config, sampler: 'random', seed })).data.results;
    const [[first, second], [other]] = (await Promise.all([constant(1), constant(2)])) as [
      TrialResult[],
      TrialResult[],
    ];
    expect(first?.values).not.toEqual(second?.values);
    expect(first?.values).not.toEqual(other?.values);
    expect(new Set(first?.runs).size).toBe(2);
  });

  it('is suggested one round later where rounds overlap', async () => {
    const config = {
      ...common,
      trials: 18,
      space,
      sampler: { name: 'tpe', startup: 2 },
      pruner: 'none',
    };
    const [lagging, direct] = await Promise.all(
      [true, false].map(async (overlap) => (await run({ ...config, overlap })).data),
    );
    const points = (data: StudyData | undefined, from: number, to: number) =>
      data?.trials.slice(from, to).map(({ point }) => Array.from(point));
    expect(points(lagging, 0, 6)).toEqual(points(direct, 0, 6));
    // The second round knows nothing of the first yet, or all of it.
    expect(points(lagging, 6, 12)).not.toEqual(points(direct, 6, 12));
    const known = await run({ ...config, overlap: true, trials: 12 });
    expect(points(known.data, 6, 12)).toEqual(points(lagging, 6, 12));
  });

  it('does not depend on how often the study was told to go on', async () => {
    const config = { ...common, space, sampler: 'tpe', pruner: 'asha' };
    const storage = new MemoryStorage(settingsOf(config, regressionRows));
    await run({ ...config, trials: 12 }, { storage, rows: regressionRows });
    await run({ ...config, trials: 18 }, { storage, rows: regressionRows });
    const whole = await run({ ...config, trials: 18 }, { rows: regressionRows });
    expect(searchOf(storage.load())).toEqual(searchOf(whole.data));
    // At each end some more are trained again.
    expect(againIn(storage.load())).toEqual(expect.arrayContaining(againIn(whole.data)));
    expect(settingsOf(config, binaryRows).rounds).toEqual({ size: 6, overlap: true, grow: false });
  });
});
