import { finiteNumber, knownOptions, wholeNumber } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import type { Callback, CallbackState } from './callbacks.ts';

const { fround } = Math;

/** Options of `adaptPenalty`, which tells what a gap is. */
export interface AdaptPenaltyOptions {
  /** A larger gap makes the penalties stronger. Default 0.5. */
  readonly upper?: number;
  /** A smaller gap makes them weaker; at most `upper`, and by default 0. */
  readonly lower?: number;
  /** Factor of a step, above 1. Default 1.2. */
  readonly factor?: number;
  /** Epochs in a row with such a gap before a step, at least 1. Default 1. */
  readonly patience?: number;
  /** The scale stays within these, of which the first is at most 1 and the second at least 1. Default 0.1 and 10. */
  readonly minScale?: number;
  readonly maxScale?: number;
}

/**
 * Multiplies all L1 and L2 strengths of a trial by a scale, at first 1, which follows how much better the network does
 * on the rows that it learns than on those that judge it. After an epoch whose gap lies above `upper` the scale becomes
 * min(maxScale, factor * scale), after one below `lower` max(minScale, scale / factor).
 *
 * The gap is (V - L) / L, from the weighted means of the rows' losses alone: `loss` and `val_loss` hold the penalties too.
 * L, of the training rows, is a mean over the epoch, in which the weights moved on (with dropout and class weights, where
 * there are any); V is the mean of the validation losses before and after the epoch, so that fast progress is no gap.
 * The first epoch, before which there is none, changes nothing. The history gets `penalty_scale`, that of the epoch.
 *
 * @throws UsageError for unknown options or settings out of range; before training, without validation rows or penalties
 */
export function adaptPenalty(options: AdaptPenaltyOptions = {}): Callback {
  const own = ['upper', 'lower', 'factor', 'patience', 'minScale', 'maxScale'];
  knownOptions('adaptPenalty', options, own);
  const upper = finiteNumber('upper', options.upper ?? 0.5);
  const lower = finiteNumber('lower', options.lower ?? Math.min(0, upper));
  if (lower > upper) {
    throw new UsageError(`lower must be at most upper (${upper}), got ${lower}; lower it`);
  }
  const factor = finiteNumber('factor', options.factor ?? 1.2, { above: 1 });
  const patience = wholeNumber('patience', options.patience ?? 1, 1);
  const minScale = finiteNumber('minScale', options.minScale ?? 0.1, { above: 0, most: 1 });
  const maxScale = finiteNumber('maxScale', options.maxScale ?? 10, { least: 1 });
  const limits = { upper, lower, factor, patience, minScale, maxScale };
  const create = (): CallbackState => {
    const next = scaleSteps(limits);
    return {
      onEpochEnd(_epoch, logs, control) {
        logs.penalty_scale = control.penaltyScale;
        const { dataLoss, validationDataLoss = dataLoss } = control.measured;
        control.penaltyScale = next(control.penaltyScale, dataLoss, validationDataLoss);
      },
    };
  };
  return { name: 'AdaptPenalty', needsLogs: true, rule: { kind: 'penalty', ...limits }, create };
}

/** The scale after an epoch from the one before it, in single precision, as the kernels compute it. */
function scaleSteps({ upper, lower, factor, patience, minScale, maxScale }: Required<AdaptPenaltyOptions>) {
  let above = 0;
  let below = 0;
  let before: number | undefined;
  return (scale: number, dataLoss: number, validationDataLoss: number): number => {
    const loss = fround(dataLoss);
    const validationLoss = fround(validationDataLoss);
    if (before === undefined) {
      before = validationLoss;
      return scale;
    }
    // Not divided by the loss, which may be 0; comparisons with NaN are false.
    const gap = fround(0.5 * fround(before + validationLoss) - loss);
    before = validationLoss;
    above = gap > fround(fround(upper) * loss) ? above + 1 : 0;
    below = gap < fround(fround(lower) * loss) ? below + 1 : 0;
    if (above >= patience) {
      above = 0;
      return Math.min(fround(scale * fround(factor)), fround(maxScale));
    }
    if (below >= patience) {
      below = 0;
      return Math.max(fround(scale / fround(factor)), fround(minScale));
    }
    return scale;
  };
}
