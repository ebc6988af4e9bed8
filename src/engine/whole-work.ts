import type { WholeJob, WholeTrial } from './whole.ts';

/** Steps that a trial takes in each epoch. */
export function stepsPerEpoch({ window, batchSize }: Pick<WholeTrial, 'window' | 'batchSize'>): number {
  return Math.ceil(trainingRows(window) / batchSize);
}

/** Rows of a window that train. */
export function trainingRows({ first, end, firstValidation, endValidation }: WholeTrial['window']): number {
  return end - first - (endValidation - firstValidation);
}

/** Multiplications and additions of one epoch of all trials: 2 of each weight and row forward, twice that backward. */
export function flopPerEpoch(job: WholeJob): number {
  const { network } = job.trials[0] as WholeTrial;
  const weights = network.layers.map(({ inputs, units }) => inputs * units);
  const forward = 2 * weights.reduce((sum, count) => sum + count, 0);
  // The first layer's inputs need no gradient.
  const backward = 2 * forward - 2 * (weights[0] as number);
  return job.trials.reduce((sum, { window }) => {
    const validation = window.endValidation - window.firstValidation;
    return sum + trainingRows(window) * (forward + backward) + validation * forward;
  }, 0);
}
