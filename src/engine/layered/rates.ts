import type { Optimizer } from '../../model/optimizers.ts';

/**
 * What a step of the optimiser is scaled with. Adam's bias corrections depend only on the number of steps, so that
 * the host computes them once in double precision: learning rate * sqrt(1 - beta2^t) / (1 - beta1^t).
 *
 * @param iteration steps including this one, counted from 1
 */
export function stepSize(optimizer: Optimizer, learningRate: number, iteration: number): number {
  if (optimizer.name !== 'adam') return learningRate;
  const { beta1, beta2 } = optimizer;
  return (learningRate * Math.sqrt(1 - beta2 ** iteration)) / (1 - beta1 ** iteration);
}
