import { highest } from '../core/highest.ts';
import { type CalibrationBin, calibrationCurve, calibrationErrorOf } from './metrics/calibration.ts';
import { outputColumn, type Predictions } from './predictions.ts';

/** Whether probabilities are what they say. */
export interface Calibration {
  /** What the probabilities are of: class 1, or that the likeliest of several classes is right. */
  readonly of: 'class 1' | 'the likeliest class';
  readonly bins: readonly (CalibrationBin & Interval)[];
  /** Expected calibration error over these bins. It has no interval: resampling makes it larger. */
  readonly error: number;
}

/** Wilson's interval of the share in a bin. */
interface Interval {
  readonly low: number;
  readonly high: number;
}

/** @param z the normal quantile of the intervals' confidence */
export function calibrationOf(predictions: Predictions, z: number): Calibration {
  const { truth, outputs, task } = predictions;
  const isBinary = task === 'binary';
  const likeliest = isBinary ? [] : outputs.map(highest);
  const probabilities = isBinary
    ? outputColumn(predictions)
    : Float64Array.from(outputs, (row, i) => row[likeliest[i] as number] as number);
  const isRight = isBinary ? truth : Float64Array.from(likeliest, (own, i) => (own === truth[i] ? 1 : 0));
  const bins = calibrationCurve(isRight, probabilities.map(withinUnit));
  return {
    of: isBinary ? 'class 1' : 'the likeliest class',
    bins: bins.map((bin) => ({ ...bin, ...wilson(bin.positives, bin.rows, z) })),
    error: calibrationErrorOf(bins),
  };
}

/** A softmax in single precision may exceed 1 by a rounding. */
const withinUnit = (p: number) => Math.min(1, Math.max(0, p));

/** Wilson's score interval of a share (Wilson 1927). */
function wilson(hits: number, rows: number, z: number): Interval {
  const share = hits / rows;
  const centre = share + z ** 2 / (2 * rows);
  const half = z * Math.sqrt((share * (1 - share)) / rows + z ** 2 / (4 * rows ** 2));
  const scale = 1 + z ** 2 / rows;
  return { low: Math.max(0, (centre - half) / scale), high: Math.min(1, (centre + half) / scale) };
}
