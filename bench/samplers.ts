import { fileURLToPath } from 'node:url';
import { ShoalError } from '../src/core/errors.ts';
import { minimize } from '../src/study/minimize.ts';
import { purposes, RandomStream } from '../src/study/random-stream.ts';
import type { Sampler } from '../src/study/sampler.ts';
import { cmaes } from '../src/study/samplers/cmaes/cmaes.ts';
import { gp } from '../src/study/samplers/gp/gp.ts';
import { uniformPoint } from '../src/study/samplers/places.ts';
import { tpe } from '../src/study/samplers/tpe/tpe.ts';
import { install, openEnvironment } from './peers/environment.ts';
import { runScript } from './peers/peer-process.ts';
import { progress } from './report.ts';
import { type TestFunction, testFunctions } from './test-functions.ts';

export const samplerNames = ['tpe', 'cmaes', 'gp', 'random'] as const;
export type SamplerName = (typeof samplerNames)[number];

export interface SamplersOptions {
  readonly quick: boolean;
  readonly only: readonly SamplerName[];
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
};

const script = fileURLToPath(new URL('../../bench/peers/optuna_samplers.py', import.meta.url));
/** For Optuna's Gaussian process on slow machines. */
const mostSeconds = 3600;

const factories: Readonly<Record<SamplerName, () => Sampler>> = { tpe, cmaes, gp, random: uniform };

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

/** Trials that are suggested at once. */
function batchesOf(sampler: SamplerName): readonly number[] {
  if (sampler === 'random') return [1];
  return sampler === 'gp' ? [1, 8] : [1, 8, 32];
}

/**
 * Searches functions whose minimum is known, by Shoal's samplers one trial at a time and in batches, and by Optuna's.
 */
export async function benchSamplers(options: SamplersOptions): Promise<SamplersResult> {
  const notes: string[] = [];
  const searches: Searches[] = [];
  for (const sampler of options.only) {
    for (const batch of batchesOf(sampler)) {
      for (const test of testFunctions) {
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
  const best: number[][] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const { trials } = await minimize(
      (parameters) => test.evaluate(parameters),
      test.space,
      factories[sampler](),
      { trials: Math.max(...budgets), batch, seed },
    );
    const values = trials.map(({ values: [value = Number.NaN] }) => value);
    best.push(budgets.map((budget) => Math.min(...values.slice(0, budget))));
  }
  return searchesOf('Shoal', test, sampler, batch, budgets, best);
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
      const python = openEnvironment();
      install(python, packages[sampler]);
      // Its Gaussian process takes minutes for a batch.
      for (const batch of sampler === 'gp' ? [1] : batchesOf(sampler)) {
        for (const test of testFunctions) {
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
    function: test.name,
    batch,
    seeds,
    budgets: budgetsOf(sampler, quick).join(','),
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const result = await runScript(python, ['-W', 'ignore', script, ...args], mostSeconds);
  return result as { readonly version: string; readonly best: number[][] };
}
