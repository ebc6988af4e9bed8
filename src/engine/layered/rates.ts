import type { Adam, Optimizer } from '../../model/optimizers.ts';

const { fround } = Math;

/**
 * What a step of the optimiser is scaled with: learning rate * sqrt(1 - beta2^t) / (1 - beta1^t) for Adam. Keras
 * computes it in single precision, and since 1 - beta2^t loses digits there, only the same roundings give its rate.
 *
 * @param iteration steps including this one, counted from 1
 */
export function stepSize(optimizer: Optimizer, learningRate: number, iteration: number): number {
  if (optimizer.name !== 'adam') return learningRate;
  const { beta1, beta2 } = optimizer;
  if (beta1 !== last.beta1 || beta2 !== last.beta2 || iteration !== last.iteration) {
    const root = fround(Math.sqrt(unseen(beta2, iteration)));
    last = { beta1, beta2, iteration, root, divisor: unseen(beta1, iteration) };
  }
  return fround(fround(learningRate * last.root) / last.divisor);
}

/** The correction that was last computed: trials that train together mostly share it. */
let last = { beta1: 0, beta2: 0, iteration: 0, root: 0, divisor: 1 };

/** For each step t from 1 to `steps` the pair of numbers that `stepSize` multiplies and divides by. */
export function adamCorrections({ beta1, beta2 }: Adam, steps: number): Float32Array {
  const pairs = new Float32Array(2 * steps);
  for (let t = 1; t <= steps; t++) {
    pairs[2 * t - 2] = Math.sqrt(unseen(beta2, t));
    pairs[2 * t - 1] = unseen(beta1, t);
  }
  return pairs;
}

/** 1 - beta^t: the weight that the slow average has gathered after t steps. */
function unseen(beta: number, t: number): number {
  return fround(1 - fround(fround(beta) ** t));
}
