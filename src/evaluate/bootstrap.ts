import type { Estimate, Estimates, Measurement } from './estimates.ts';
import { quantileOf } from './metrics/quantile.ts';
import type { Pacer } from './pacer.ts';
import { Resampler } from './resampler.ts';

/** How confidence intervals are found. */
export interface Resampling {
  readonly method: 'percentile bootstrap';
  readonly resamples: number;
  /** Share of the intervals that would hold the true value if rows were drawn and evaluated again and again. */
  readonly confidence: number;
  readonly seed: number;
}

export type ResamplingOptions = Pick<Resampling, 'resamples' | 'confidence' | 'seed'>;

/** More work than this is not done: fewer resamples are drawn then than were asked for. It takes some 25 seconds. */
const mostWork = 2e9;
/** That many still tell the ends of a 95 % interval to within a tenth of its half width. */
const leastResamples = 200;

/** What a resample costs: drawing the rows and counting them as often as there are curves, some 12 ns each. */
export const workOf = ({ rows, curves }: Measurement): number => rows * (curves + 3);

/**
 * As many resamples as were asked for, or as there is time for.
 *
 * @param passes how often all rows are resampled: once, and once more for each column of slices
 */
export function affordableResamples(measurement: Measurement, passes: number, wanted: number): number {
  const affordable = Math.floor(mostWork / (passes * workOf(measurement)));
  return Math.min(wanted, Math.max(leastResamples, affordable));
}

/**
 * Metrics with percentile intervals (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13): between
 * the quantiles of what the metrics are on resamples of the rows. They stay within a metric's range and follow any
 * monotone change of its scale. BCa intervals would correct for bias and skewness, which matter for few rows, but need
 * each metric without each row once: too dear for many rows, and uncertain itself for few.
 *
 * The rows are what varies: the model is taken as it is. A resample that lacks a class which a metric needs is left out
 * of this metric. Classes are not drawn by themselves (stratified), since their shares vary too, and a class of one row
 * would not vary at all.
 */
export async function bootstrap(
  measurement: Measurement,
  { resamples, confidence, seed }: ResamplingOptions,
  pacer: Pacer,
): Promise<Estimates> {
  const { measure } = measurement;
  const point = Object.entries(measure()).filter(([, value]) => !Number.isNaN(value));
  const drawn = new Map(point.map(([name]) => [name, new Float64Array(resamples)]));
  const resampler = new Resampler(measurement.rows, seed);
  for (let index = 0; index < resamples; index++) {
    const measures = measure(resampler.weights(index));
    for (const [name, values] of drawn) values[index] = measures[name] as number;
    await pacer.did(workOf(measurement));
  }
  const estimate = ([name, value]: [string, number]): [string, Estimate] => [
    name,
    { value, ...ends(drawn.get(name) ?? new Float64Array(), confidence) },
  ];
  return Object.fromEntries(point.map(estimate));
}

function ends(values: Float64Array, confidence: number): { low: number; high: number } {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const tail = (1 - confidence) / 2;
  return { low: quantileOf(sorted, tail), high: quantileOf(sorted, 1 - tail) };
}
