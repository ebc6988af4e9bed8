import { finiteNumber, knownOptions, wholeNumber } from '../core/check.ts';

/** A penalty on weights: l1 * sum |w| + l2 * sum w^2, as Keras's L1L2 (no 1/2, not divided by the batch). */
export interface Penalty {
  readonly l1: number;
  readonly l2: number;
}

/** No penalty at all. */
export const noPenalty: Penalty = { l1: 0, l2: 0 };

/** Both penalties at once; one that is left out is 0. @throws UsageError unless both are finite and at least 0 */
export function l1l2(options: Partial<Penalty>): Penalty {
  knownOptions('regularizer', options, ['l1', 'l2']);
  const { l1 = 0, l2 = 0 } = options;
  return { l1: finiteNumber('l1', l1, { least: 0 }), l2: finiteNumber('l2', l2, { least: 0 }) };
}

/** l1 * sum |w|. Default 0.01, as in Keras. @throws UsageError unless finite and at least 0 */
export const l1 = (strength = 0.01): Penalty => l1l2({ l1: strength });

/** l2 * sum w^2. Default 0.01, as in Keras. @throws UsageError unless finite and at least 0 */
export const l2 = (strength = 0.01): Penalty => l1l2({ l2: strength });

/**
 * The textbook's R = lambda / (2 m) * sum theta^2 (the seed experiment's) as an L2 penalty.
 *
 * @param rows m, the training rows
 * @throws UsageError for a negative lambda or no rows
 */
export function l2FromLambda(lambda: number, rows: number): Penalty {
  return l2(finiteNumber('lambda', lambda, { least: 0 }) / (2 * wholeNumber('rows', rows, 1)));
}

/**
 * scikit-learn's alpha / (2 n) * sum w^2 as an L2 penalty. Its MLP divides by the rows of each mini-batch and
 * penalises kernels only.
 *
 * @param batchSize n
 * @throws UsageError for a negative alpha or an empty batch
 */
export function l2FromAlpha(alpha: number, batchSize: number): Penalty {
  return l2(finiteNumber('alpha', alpha, { least: 0 }) / (2 * wholeNumber('batchSize', batchSize, 1)));
}
