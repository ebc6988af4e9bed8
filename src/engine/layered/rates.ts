import type { Optimizer } from '../../model/optimizers.ts';

/**
 * What a step of the optimiser is scaled with: learning rate * sqrt(1 - beta2^t) / (1 - beta1^t) for Adam. Keras
 * computes it in single precision, and since 1 - beta2^t loses digits there, only the same roundings give its rate.
 *
 * @param iteration steps including this one, counted from 1
 */
export function stepSize(optimizer: Optimizer, learningRate: number, iteration: number): number {
  if (optimizer.name !== 'adam') return learningRate;
  const { fround } = Math;
  const unseen = (beta: number) => fround(1 - fround(fround(beta) ** iteration));
  return fround(fround(learningRate * fround(Math.sqrt(unseen(optimizer.beta2)))) / unseen(optimizer.beta1));
}
