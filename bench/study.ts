import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StudyDisplay } from '../src/cli/study-progress.ts';
import type { Engine } from '../src/engine/engine.ts';
import { choice, float } from '../src/index.ts';
import { StudyStore } from '../src/node.ts';
import { searchSettings, studyParts } from '../src/study/define-study.ts';
import type { StudySettings } from '../src/study/records.ts';
import { runStudy } from '../src/study/run-study.ts';
import type { Sampler } from '../src/study/sampler.ts';
import type { StudyStorage } from '../src/study/storage.ts';
import { jobRows, seedNetwork, trainingRows } from './peers/job.ts';
import { progress, short, table } from './report.ts';

const space = {
  hidden: { value: [16] },
  learningRate: float(1e-4, 1e-1, { log: true }),
  schedule: choice(['constant', 'cosine']),
  l1: float(1e-7, 1e-3, { log: true }),
  l2: float(1e-7, 1e-2, { log: true }),
  dropout: float(0, 0.5),
  batchSize: choice([16, 32, 64, 128]),
  patience: 0,
};

/** What a study of the seed experiment's network took. */
export interface StudyRun {
  readonly trials: number;
  readonly seconds: number;
  readonly trialsPerSecond: number;
  /** Milliseconds of the host in each part of its work, and their share of the whole. */
  readonly host: Readonly<Record<HostPart, number>>;
  readonly hostShare: number;
  readonly bestLogLoss: number;
}

type HostPart = 'sampling' | 'storing' | 'display';

/** Adds up how long parts of the host's work take. */
class HostClock {
  readonly parts: Record<HostPart, number> = { sampling: 0, storing: 0, display: 0 };

  time<T>(part: HostPart, work: () => T): T {
    const started = performance.now();
    try {
      return work();
    } finally {
      this.parts[part] += performance.now() - started;
    }
  }
}

/**
 * Tunes the seed experiment's network by TPE: 640 rows train and 160 judge, 100 epochs each, nothing is pruned, every
 * trial is stored in a file, and a display follows that shows nothing.
 */
export async function benchStudy(engine: Engine, trials: number): Promise<StudyRun> {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-bench-'));
  progress(`${trials} trials of ${seedNetwork} in one study`);
  try {
    return await runIn(folder, engine, trials);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runIn(folder: string, engine: Engine, trials: number): Promise<StudyRun> {
  const { x, y } = jobRows(seedNetwork).training;
  const facts = { task: 'binary', features: 10, classes: 2, rows: trainingRows } as const;
  const config = { space, folds: 1, epochs: 100, pruner: 'none', trials };
  const own = { name: 'seed', version: '0', engine: engine.description };
  const settings: StudySettings = { ...own, ...searchSettings(config, facts) };
  const store = StudyStore.create(join(folder, 'seed.shoal'), settings, { trials });
  const display = new StudyDisplay(settings, { trials }, { quiet: true, jsonl: false });
  const host = new HostClock();
  const { sampler, ...parts } = studyParts(settings);
  const started = performance.now();
  const { progress: end } = await runStudy({
    engine,
    rows: { x, y: y as ArrayLike<number>, task: 'binary' },
    ...parts,
    sampler: timedSampler(sampler, host),
    storage: timedStorage(store, host),
    trials,
    onEvent: (event) => host.time('display', () => display.show(event)),
  });
  const seconds = (performance.now() - started) / 1000;
  store.close();
  const hostMs = Object.values(host.parts).reduce((sum, ms) => sum + ms, 0);
  return {
    trials,
    seconds,
    trialsPerSecond: trials / seconds,
    host: host.parts,
    hostShare: hostMs / 1000 / seconds,
    bestLogLoss: end.best?.result.values[0] ?? Number.NaN,
  };
}

function timedSampler(sampler: Sampler, host: HostClock): Sampler {
  return {
    ...sampler,
    create(...args) {
      const state = sampler.create(...args);
      return {
        tell: (results) => host.time('sampling', () => state.tell(results)),
        ask: (first, count) => host.time('sampling', () => state.ask(first, count)),
      };
    },
  };
}

function timedStorage(store: StudyStore, host: HostClock): StudyStorage {
  return {
    settings: store.settings,
    progress: store.progress,
    load: () => host.time('storing', () => store.load()),
    plan: (trials) => host.time('storing', () => store.plan(trials)),
    finish: (results, options) => host.time('storing', () => store.finish(results, options)),
    artifact: (name) => store.artifact(name),
  };
}

export function studyTable(runs: readonly StudyRun[]): string {
  const head = [
    'trials',
    'seconds',
    'trials/s',
    'sampling, s',
    'storing, s',
    'display, s',
    'host',
    'log loss',
  ];
  const rows = runs.map(({ trials, seconds, trialsPerSecond, host, hostShare, bestLogLoss }) => [
    String(trials),
    short(seconds),
    short(trialsPerSecond),
    ...[host.sampling, host.storing, host.display].map((ms) => short(ms / 1000)),
    `${(100 * hostShare).toFixed(1)} %`,
    short(bestLogLoss),
  ]);
  return table(head, rows, 0);
}
