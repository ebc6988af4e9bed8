import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancelledError, ShoalError } from '../../src/core/errors.ts';
import { install, openEnvironment } from '../peers/environment.ts';
import { progress, short } from '../report.ts';
import type { DataName, Findings, Judgement, TuningJob } from './job.ts';
import { type PeerName, peerNames, peers, runPeerTuner } from './peers.ts';
import { buildShoal, runShoalTune } from './shoal.ts';
import { bestSoFar, type TracePoint } from './trace.ts';

/** Without kernels compiled by an earlier run, and with them. */
export const shoalNames = ['shoal-cold', 'shoal-warm'] as const;
export const systemNames = [...shoalNames, ...peerNames] as const;
/** Where no kernels are compiled, as on the CPU, a second run of Shoal's is as its first. */
export const usualSystems = systemNames.filter((name) => name !== 'shoal-warm');
export type SystemName = (typeof systemNames)[number];

export const titles: Readonly<Record<SystemName, string>> = {
  'shoal-cold': 'Shoal',
  'shoal-warm': 'Shoal, kernels cached',
  optuna: peers.optuna.title,
  'keras-tuner': peers['keras-tuner'].title,
  halving: peers.halving.title,
};

export interface TuningOptions {
  readonly data: readonly DataName[];
  readonly only: readonly SystemName[];
  readonly seeds: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** What a system reached on a data set with a seed. */
export interface TuningRun extends Omit<Judgement, 'losses'> {
  readonly data: DataName;
  readonly seed: number;
  readonly system: SystemName;
  readonly tried: number;
  /** Judged loss of the configuration that the system itself takes for its best. */
  readonly finalLoss: number;
  /** Best score so far as the system itself counts it: not the same quantity for all. */
  readonly ownTrace: readonly TracePoint[];
  /** Best cross-validated log loss so far, judged alike for all: see `Judgement`. */
  readonly trace: readonly TracePoint[];
}

export interface TuningResult {
  readonly seconds: number;
  readonly seeds: number;
  readonly runs: readonly TuningRun[];
  /** What failed and why. */
  readonly notes: readonly string[];
}

type Runner = (folder: string, job: TuningJob, signal: AbortSignal) => Promise<Findings>;

/** Lets each system tune on each data set with each seed, one after the other. A run that fails becomes a note. */
export async function benchTuning(options: TuningOptions): Promise<TuningResult> {
  const { data, seeds, seconds, signal } = options;
  const notes: string[] = [];
  const runs: TuningRun[] = [];
  const runners = prepare(options.only, notes);
  for (let seed = 0; seed < seeds; seed++) {
    for (const name of data) {
      const folder = mkdtempSync(join(tmpdir(), 'shoal-tuning-'));
      try {
        for (const [system, run] of runners) {
          const job = { data: name, seed, seconds };
          const one = await attempt(`${titles[system]}, ${name}, seed ${seed}`, notes, async () => {
            progress(`${titles[system]}, ${name}, seed ${seed}: ${seconds} s and the judging`);
            return runOf(system, job, await run(folder, job, signal));
          });
          if (one) progress(outcome(one));
          runs.push(one ?? withoutScore(system, job));
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
  }
  return { seconds, seeds, runs, notes };
}

/** Builds and installs the systems. Shoal's warm run needs the caches of its cold one. */
function prepare(only: readonly SystemName[], notes: string[]): Map<SystemName, Runner> {
  const runners = new Map<SystemName, Runner>();
  const isWarm = only.includes('shoal-warm');
  for (const name of shoalNames) {
    if (!isWarm && !only.includes(name)) continue;
    if (runners.size === 0) buildShoal();
    runners.set(name, (folder, job, signal) => runShoalTune(folder, name, job, signal));
  }
  const names = peerNames.filter((name) => only.includes(name));
  if (names.length === 0) return runners;
  progress('installing what the tuners in Python need and is not there yet');
  const python = openEnvironment();
  for (const name of names) {
    try {
      install(python, peers[name].packages);
      runners.set(name, (_, job, signal) => runPeerTuner(python, name as PeerName, job, signal));
    } catch (error) {
      leaveOut(titles[name], error, notes);
    }
  }
  return runners;
}

async function attempt<T>(name: string, notes: string[], run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    leaveOut(name, error, notes);
    return undefined;
  }
}

function leaveOut(name: string, error: unknown, notes: string[]): void {
  if (!(error instanceof ShoalError) || error instanceof CancelledError) throw error;
  notes.push(`${name} failed: ${error.message}`);
  progress(`${name} failed: ${error.message}`);
}

function runOf(system: SystemName, { data, seed }: TuningJob, findings: Findings): TuningRun {
  const { tried, improvements, judgement } = findings;
  const { losses, heldOutLoss, heldOutAccuracy, parameters } = judgement;
  const judged = improvements.map(({ seconds }, i) => ({ seconds, loss: losses[i] ?? Number.NaN }));
  return {
    ...{ data, seed, system, tried },
    ownTrace: improvements
      .filter(({ isOwn = true }) => isOwn)
      .map(({ seconds, loss }) => ({ seconds, loss })),
    trace: bestSoFar(judged),
    ...{ finalLoss: losses.at(-1) ?? Number.NaN, heldOutLoss, heldOutAccuracy, parameters },
  };
}

/** A run that failed counts as one that never reached anything. */
function withoutScore(system: SystemName, { data, seed }: TuningJob): TuningRun {
  const [none, parameters] = [Number.NaN, {}];
  return {
    ...{ data, seed, system, tried: 0, ownTrace: [], trace: [] },
    ...{ finalLoss: none, heldOutLoss: none, heldOutAccuracy: none, parameters },
  };
}

function outcome({ system, data, seed, tried, trace, heldOutLoss }: TuningRun): string {
  const best = trace.at(-1);
  return `${titles[system]}, ${data}, seed ${seed}: ${tried} configurations, best ${short(best?.loss ?? Number.NaN)} after ${short(best?.seconds ?? Number.NaN)} s, held out ${short(heldOutLoss)}`;
}
