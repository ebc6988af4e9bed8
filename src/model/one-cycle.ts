import { finiteNumber, knownOptions, oneOf, trueOrFalse, wholeNumber } from '../core/check.ts';
import { cosineFall } from './cosine-decays.ts';
import { learningRate, type Schedule, storedSchedule } from './schedule.ts';

export interface OneCycleOptions {
  readonly maxLr: number;
  /** Steps of the whole cycle; later steps keep the last rate. */
  readonly totalSteps: number;
  /** Share of the steps in which the rate rises. Default 0.3. */
  readonly pctStart?: number;
  /** Default cos. */
  readonly annealStrategy?: 'cos' | 'linear';
  /** The first rate is maxLr / divFactor. Default 25. */
  readonly divFactor?: number;
  /** The last rate is the first / finalDivFactor. Default 10000. */
  readonly finalDivFactor?: number;
  /** Fall as long as it rose, then further to the end. Default false. */
  readonly threePhase?: boolean;
}

/** A stretch of the cycle up to step `end`, which may be a fraction. */
interface Phase {
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The 1cycle policy (Smith and Topin 2018) with the options and arithmetic of PyTorch's OneCycleLR; momentum is left
 * as it is (PyTorch's `cycle_momentum=False`).
 *
 * @throws UsageError for options out of range
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const stored = { name: 'one_cycle', ...checked(options) };
  const phases = phasesOf(stored);
  const fall = stored.annealStrategy === 'linear' ? (share: number) => 1 - share : cosineFall;
  const description = `one cycle up to ${stored.maxLr} in ${stored.totalSteps} steps`;
  return storedSchedule('step', description, stored, (step) => {
    const time = Math.min(step, stored.totalSteps - 1);
    const index = phases.findIndex(({ end }) => time <= end);
    const { end, from, to } = phases.at(index) as Phase;
    const start = phases[index - 1]?.end ?? 0;
    // A rise that ends on step 0 takes no time: PyTorch divides by zero there.
    return end > start ? to + (from - to) * fall((time - start) / (end - start)) : to;
  });
}

function checked(options: OneCycleOptions): Required<OneCycleOptions> {
  const result = {
    maxLr: learningRate('maxLr', options.maxLr),
    totalSteps: wholeNumber('totalSteps', options.totalSteps, 1),
    pctStart: finiteNumber('pctStart', options.pctStart ?? 0.3, { least: 0, most: 1 }),
    annealStrategy: oneOf('annealStrategy', options.annealStrategy ?? 'cos', ['cos', 'linear']),
    divFactor: finiteNumber('divFactor', options.divFactor ?? 25, { above: 0 }),
    finalDivFactor: finiteNumber('finalDivFactor', options.finalDivFactor ?? 1e4, { above: 0 }),
    threePhase: trueOrFalse('threePhase', options.threePhase ?? false),
  };
  knownOptions('one_cycle', options, ['name', ...Object.keys(result)]);
  return result;
}

function phasesOf(options: Required<OneCycleOptions>): Phase[] {
  const { maxLr, totalSteps, pctStart, divFactor, finalDivFactor, threePhase } = options;
  const first = maxLr / divFactor;
  const last = first / finalDivFactor;
  const rise = { end: pctStart * totalSteps - 1, from: first, to: maxLr };
  const end = totalSteps - 1;
  if (!threePhase) return [rise, { end, from: maxLr, to: last }];
  const fall = { end: 2 * pctStart * totalSteps - 2, from: maxLr, to: first };
  return [rise, fall, { end, from: first, to: last }];
}
