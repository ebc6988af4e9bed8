import { fileURLToPath } from 'node:url';
import { ShoalError } from '../src/core/errors.ts';
import { type EvaluatedTrial, minimize } from '../src/study/minimize.ts';
import { asha } from '../src/study/pruners/asha.ts';
import { purposes, RandomStream } from '../src/study/random-stream.ts';
import type { Sampler } from '../src/study/sampler.ts';
import { cmaes } from '../src/study/samplers/cmaes/cmaes.ts';
import { gp } from '../src/study/samplers/gp/gp.ts';
import { uniformPoint } from '../src/study/samplers/places.ts';
import { tpe } from '../src/study/samplers/tpe/tpe.ts';
import { install, openEnvironment } from './peers/environment.ts';
import { runScript } from './peers/peer-process.ts';
import { progress } from './report.ts';
import { tabularEpochs, tabularFunction, tabularNames } from './tabular.ts';
import { type TestFunction, testFunctions } from './test-functions.ts';

/** `asha` draws at random and stops trials by successive halving. */
export const samplerNames = ['tpe', 'cmaes', 'gp', 'random', 'asha'] as const;
export type SamplerName = (typeof samplerNames)[number];

export interface SamplersOptions {
  readonly quick: boolean;
  readonly only: readonly SamplerName[];
  /** Names of the functions to search. */
  readonly functions: readonly string[];
  /** Searches of each kind, with seeds from 0 on. */
  readonly seeds: number;
  /** Whether Optuna is run too. */
  readonly peers: boolean;
}

/** Many searches of one kind. */
export interface Searches {
  readonly system: 'Shoal' | 'Optuna';
  readonly sampler: SamplerName;
  readonly function: TestFunction['name'];
  /** Trials that are suggested at once. */
  readonly batch: number;
  /** Whole trials, or epochs of as many, where trials are stopped early. */
  readonly trials: number;
  /** How far above the function's minimum the best value after so many trials is, for each seed. */
  readonly gaps: readonly number[];
}

export interface SamplersResult {
  readonly searches: readonly Searches[];
  /** Optuna's version, where it was run. */
  readonly optuna?: string;
  /** What was left out and why. */
  readonly notes: readonly string[];
}

/** Packages of requirements.txt that each of Optuna's samplers needs. */
const packages: Readonly<Record<SamplerName, readonly string[]>> = {
  tpe: ['optuna', 'numpy'],
  cmaes: ['optuna', 'numpy', 'cmaes'],
  gp: ['optuna', 'numpy', 'scipy', 'torch'],
  random: ['optuna', 'numpy'],
  asha: ['optuna', 'numpy'],
};

const script = fileURLToPath(new URL('../../bench/peers/optuna_samplers.py', import.meta.url));
/** For Optuna's Gaussian process on slow machines. */
const mostSeconds = 3600;

const factories: Readonly<Record<SamplerName, () => Sampler>> = {
  tpe,
  cmaes,
  gp,
  random: uniform,
  asha: uniform,
};

function uniform(): Sampler {
  return {
    name: 'random',
    create: (space, _objectives, seed) => ({
      tell: () => undefined,
      ask(first, count) {
        const streams = Array.from({ length: count }, (_, i) => first + i).map(
          (index) => new RandomStream(seed, purposes.random, index),
        );
        return Float64Array.from(streams.flatMap((stream) => [...uniformPoint(space, stream)]));
      },
    }),
  };
}

/** Numbers of trials after which the best value is noted: a Gaussian process is for few. */
function budgetsOf(sampler: SamplerName, quick: boolean): readonly number[] {
  if (sampler === 'gp') return quick ? [20] : [20, 40, 60];
  return quick ? [50, 100] : [100, 200, 400];
}

export const functionNames = [...testFunctions.map(({ name }) => name), ...tabularNames];

/** Trials that are suggested at once. */
function batchesOf(sampler: SamplerName): readonly number[] {
  if (sampler === 'random') return [1];
  if (sampler === 'asha') return [1, 32];
  return sampler === 'gp' ? [1, 8] : [1, 8, 32];
}

/** Halving needs values on the way, which tables have; a Gaussian process has enough to do with the functions. */
async function functionsOf(
  sampler: SamplerName,
  wanted: readonly string[],
): Promise<readonly TestFunction[]> {
  const plain = sampler === 'asha' ? [] : testFunctions.filter(({ name }) => wanted.includes(name));
  const tables = sampler === 'gp' ? [] : tabularNames.filter((name) => wanted.includes(name));
  return [...plain, ...(await Promise.all(tables.map(tabularFunction)))];
}

/**
 * Searches functions whose minimum is known, by Shoal's samplers one trial at a time and in batches, and by Optuna's.
 */
export async function benchSamplers(options: SamplersOptions): Promise<SamplersResult> {
  const notes: string[] = [];
  const searches: Searches[] = [];
  for (const sampler of options.only) {
    const functions = await functionsOf(sampler, options.functions);
    for (const batch of batchesOf(sampler)) {
      for (const test of functions) {
        progress(`Shoal, ${sampler}, ${test.name}, ${batch} at once`);
        searches.push(...(await shoalSearches(test, sampler, batch, options)));
      }
    }
  }
  if (!options.peers) return { searches, notes };
  const optuna = await optunaSearches(options, notes);
  return {
    searches: [...searches, ...optuna.searches],
    notes,
    ...(optuna.version && { optuna: optuna.version }),
  };
}

async function shoalSearches(
  test: TestFunction,
  sampler: SamplerName,
  batch: number,
  { seeds, quick }: SamplersOptions,
): Promise<Searches[]> {
  const budgets = budgetsOf(sampler, quick);
  const stops = sampler === 'asha';
  const best: number[][] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const { trials } = await minimize(
      (parameters, trial) => test.evaluate(parameters, trial),
      test.space,
      factories[sampler](),
      {
        // Most are stopped after an epoch or a few.
        trials: (stops ? tabularEpochs : 1) * Math.max(...budgets),
        batch,
        seed,
        ...(stops && { pruner: asha(), epochs: tabularEpochs }),
      },
    );
    best.push(budgets.map((budget) => leastWithin(trials, budget)));
  }
  return searchesOf('Shoal', test, sampler, batch, budgets, best);
}

/** The least value of the trials that were not stopped, before the budget of whole trials was used up. */
function leastWithin(trials: readonly EvaluatedTrial[], budget: number): number {
  let used = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const { share, values } of trials) {
    used += share;
    if (used > budget + 1e-9) break;
    if (share === 1) least = Math.min(least, values[0] ?? Number.NaN);
  }
  return least;
}

/** @param best for each seed the best value after each budget */
function searchesOf(
  system: Searches['system'],
  test: TestFunction,
  sampler: SamplerName,
  batch: number,
  budgets: readonly number[],
  best: readonly (readonly number[])[],
): Searches[] {
  return budgets.map((trials, b) => ({
    system,
    sampler,
    function: test.name,
    batch,
    trials,
    gaps: best.map((values) => (values[b] as number) - test.minimum),
  }));
}

async function optunaSearches(options: SamplersOptions, notes: string[]) {
  const searches: Searches[] = [];
  let version = '';
  for (const sampler of options.only) {
    try {
      const functions = await functionsOf(sampler, options.functions);
      const python = openEnvironment();
      install(python, packages[sampler]);
      // Its Gaussian process takes minutes for a batch.
      for (const batch of sampler === 'gp' ? [1] : batchesOf(sampler)) {
        for (const test of functions) {
          progress(`Optuna, ${sampler}, ${test.name}, ${batch} at once`);
          const result = await runOptuna(python, test, sampler, batch, options);
          version = result.version;
          searches.push(
            ...searchesOf('Optuna', test, sampler, batch, budgetsOf(sampler, options.quick), result.best),
          );
        }
      }
    } catch (error) {
      if (!(error instanceof ShoalError)) throw error;
      progress(`Optuna, ${sampler}: ${error.message}`);
      notes.push(`Optuna's ${sampler} was left out: ${error.message}`);
    }
  }
  return { searches, version };
}

async function runOptuna(
  python: string,
  test: TestFunction,
  sampler: SamplerName,
  batch: number,
  { seeds, quick }: SamplersOptions,
) {
  const options = {
    sampler,
    function: test.file === undefined ? test.name : 'table',
    ...(test.file !== undefined && { table: test.file }),
    batch,
    seeds,
    budgets: budgetsOf(sampler, quick).join(','),
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const result = await runScript(python, ['-W', 'ignore', script, ...args], mostSeconds);
  return result as { readonly version: string; readonly best: number[][] };
}
