import { knownOptions, oneOf, wholeNumber } from '../../core/check.ts';
import { UsageError } from '../../core/errors.ts';
import { checkPair, type Numbers } from './arrays.ts';
import { quantileOf } from './quantile.ts';

export interface CalibrationOptions {
  /** Default 10. (scikit-learn's `calibration_curve` has 5.) */
  readonly bins?: number;
  /** Bins of equal width (`uniform`, the default), or with equally many rows (`quantile`). */
  readonly strategy?: 'uniform' | 'quantile';
}

/** Rows whose probabilities lie close together. */
export interface CalibrationBin {
  /** The bin holds probabilities above `from` up to `to`; the first one holds `from` too. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly meanProbability: number;
  /** How many of the rows are of class 1. */
  readonly positives: number;
  /** `positives / rows`: equal to `meanProbability` where the model is calibrated. */
  readonly shareOfPositives: number;
}

/**
 * Mean probability beside the share of class 1, by bin (reliability diagram), as scikit-learn's `calibration_curve`;
 * empty bins are left out.
 *
 * @param truth 0 or 1
 * @param probabilities of class 1
 * @throws UsageError for probabilities outside of 0 to 1
 */
export function calibrationCurve(
  truth: Numbers,
  probabilities: Numbers,
  options: CalibrationOptions = {},
): CalibrationBin[] {
  knownOptions('calibrationCurve', options, ['bins', 'strategy']);
  const bins = wholeNumber('bins', options.bins ?? 10, 1);
  const strategy = oneOf('strategy', options.strategy ?? 'uniform', ['uniform', 'quantile']);
  checkPair(truth, probabilities);
  checkProbabilities(probabilities);
  const edges = strategy === 'uniform' ? uniformEdges(bins) : quantileEdges(probabilities, bins);
  const inner = edges.slice(1, -1);
  const sums = Array.from({ length: bins }, () => ({ rows: 0, probability: 0, positives: 0 }));
  for (let i = 0; i < truth.length; i++) {
    const probability = probabilities[i] as number;
    const bin = sums[edgesBelow(inner, probability)] as (typeof sums)[number];
    bin.rows++;
    bin.probability += probability;
    if (truth[i] === 1) bin.positives++;
  }
  return sums.flatMap(({ rows, probability, positives }, i) => {
    const [from, to] = [edges[i] as number, edges[i + 1] as number];
    const meanProbability = probability / rows;
    const bin = { from, to, rows, meanProbability, positives, shareOfPositives: positives / rows };
    return rows > 0 ? [bin] : [];
  });
}

/**
 * Expected calibration error: the mean distance between probability and share of class 1, bins weighted by their rows
 * (Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017). It depends on the bins.
 */
export function expectedCalibrationError(
  truth: Numbers,
  probabilities: Numbers,
  options: CalibrationOptions = {},
): number {
  return calibrationErrorOf(calibrationCurve(truth, probabilities, options));
}

export function calibrationErrorOf(bins: readonly CalibrationBin[]): number {
  const rows = bins.reduce((sum, bin) => sum + bin.rows, 0);
  const distance = (bin: CalibrationBin) => bin.rows * Math.abs(bin.shareOfPositives - bin.meanProbability);
  return bins.reduce((sum, bin) => sum + distance(bin), 0) / rows;
}

function checkProbabilities(probabilities: Numbers): void {
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i] as number;
    if (!(p >= 0 && p <= 1))
      throw new UsageError(`probabilities must be from 0 to 1, got ${p} in row ${i} (counted from 0)`);
  }
}

/** numpy's `linspace(0, 1, bins + 1)`. */
function uniformEdges(bins: number): number[] {
  const step = 1 / bins;
  return Array.from({ length: bins + 1 }, (_, i) => (i === bins ? 1 : i * step));
}

function quantileEdges(probabilities: Numbers, bins: number): number[] {
  const sorted = Float64Array.from(probabilities).sort();
  return uniformEdges(bins).map((share) => quantileOf(sorted, share));
}

/** How many edges lie below the value: numpy's `searchsorted` on the left. */
function edgesBelow(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
