import { deviation, mean } from 'd3-array';

/** How two trials compare that were run on the same folds. */
export interface Comparison {
  /** Mean over the runs of the second trial's value less the first's. */
  readonly difference: number;
  /** Standard error of the difference. */
  readonly error: number;
  /** Whether the difference is larger than chance explains, at a level of 5 %; undefined with fewer than two runs. */
  readonly isClear: boolean | undefined;
}

/**
 * The corrected resampled t-test (Nadeau and Bengio, "Inference for the Generalization Error", 2003): runs of a
 * cross-validation share training rows, so that their variance is a factor of 1/n + 1/(folds - 1) too small for the
 * mean's, and not 1/n as that of independent runs.
 *
 * @param first what each run of a trial came to; run i of both trials has the same rows and seed
 * @param folds 1 where all runs have the same validation rows: then only the seeds' share is known
 */
export function compareRuns(first: readonly number[], second: readonly number[], folds: number): Comparison {
  const differences = second.map((value, run) => value - (first[run] ?? Number.NaN)).filter(Number.isFinite);
  const n = differences.length;
  const difference = mean(differences) ?? Number.NaN;
  const spread = deviation(differences);
  if (spread === undefined) return { difference, error: Number.NaN, isClear: undefined };
  const error = spread * Math.sqrt(1 / n + (folds > 1 ? 1 / (folds - 1) : 0));
  return { difference, error, isClear: Math.abs(difference) > criticalT(n - 1) * error };
}

/** 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom. */
const criticalValues = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

function criticalT(degreesOfFreedom: number): number {
  // Falls towards 1.96; the table's last value errs on the careful side.
  return criticalValues[Math.min(degreesOfFreedom, criticalValues.length) - 1] as number;
}
