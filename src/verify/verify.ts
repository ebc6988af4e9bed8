import { CancelledError, UsageError } from '../core/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { shaders } from '../engine/webgpu/shaders.generated.ts';
import { caseJob, largeCases, smallCases, type VerifyCase } from './cases.ts';
import { type CheckResult, exhausted } from './check-result.ts';
import { checkGradient } from './gradient-check.ts';
import { checkKernels } from './kernel-check.ts';
import { checkOptimizerSteps } from './optimizer-check.ts';
import { checkTraining } from './training-check.ts';

export type { CheckResult } from './check-result.ts';

export interface VerifyOptions {
  /** Seed of the random inputs. Default 1. */
  readonly seed?: number;
  /** Only checks whose name contains this. */
  readonly filter?: string;
  /** Kernels at small sizes only. Default false. */
  readonly quick?: boolean;
  readonly onResult?: (result: CheckResult) => void;
  readonly signal?: AbortSignal;
}

export interface VerifyReport {
  /** First those that exhaust most of their tolerance, or exceed it. */
  readonly results: readonly CheckResult[];
}

/**
 * Checks an engine against the double-precision reference: every kernel at odd and large sizes, gradients against
 * finite differences, optimizers against their textbook formulas, one step, whole trainings, and the bits of a trial
 * alone and among others.
 *
 * @throws UsageError when the filter fits no check, CancelledError when the signal is aborted
 */
export async function verifyEngine(engine: Engine, options: VerifyOptions = {}): Promise<VerifyReport> {
  const { seed = 1, filter = '', quick = false, onResult, signal } = options;
  const isWanted = (name: string) => name.includes(filter);
  const results: CheckResult[] = [];
  for (const check of checksOf(engine, seed, quick, isWanted)) {
    if (signal?.aborted) throw new CancelledError('verification was cancelled');
    if (!check.names.some(isWanted)) continue;
    for (const result of await check.run()) {
      if (!isWanted(result.name)) continue;
      results.push(result);
      onResult?.(result);
    }
  }
  if (results.length === 0) throw new UsageError(`filter must be part of the name of a check, got ${filter}`);
  return { results: results.sort((a, b) => exhausted(b) - exhausted(a)) };
}

interface Check {
  /** What its results may be called. */
  readonly names: readonly string[];
  run(): Promise<readonly CheckResult[]>;
}

/** The cases that show each kernel once, for a quick test. */
const quickCases = ['selu', 'gelu', 'tanh', 'softplus', 'elu'];

function checksOf(
  engine: Engine,
  seed: number,
  quick: boolean,
  isWanted: (name: string) => boolean,
): Check[] {
  const small = quick ? smallCases.filter(({ name }) => quickCases.includes(name)) : smallCases;
  const kernels = (cases: readonly VerifyCase[]) =>
    cases.map(({ name, ...item }) => ({
      names: Object.keys(shaders).map((kernel) => `kernel ${kernel} (${name})`),
      run: () => checkKernels(name, caseJob({ ...item, name }, seed), engine.openBackend, seed, isWanted),
    }));
  if (quick) return kernels(small);
  return [
    ...kernels([...small, ...largeCases]),
    ...small.map((item) => ({
      names: [`gradient (${item.name})`],
      run: async () => [await checkGradient(item.name, caseJob(withoutChance(item), seed), seed)],
    })),
    ...small.map((item) => ({
      names: [`optimizer steps (${item.name})`],
      run: async () => [await checkOptimizerSteps(item.name, caseJob(item, seed), engine)],
    })),
    ...small.map((item) => ({
      names: [
        `one step (${item.name})`,
        `training of 10 epochs (${item.name})`,
        `same bits alone (${item.name})`,
        `predictions (${item.name})`,
      ],
      run: () => checkTraining(item.name, caseJob(item, seed), engine),
    })),
  ];
}

/** Differences of the loss need the same mask twice, and kinks spoil them. */
const withoutChance = (item: VerifyCase): VerifyCase => ({ ...item, dropout: 0 });
