import type { Adam, Optimizer, Rmsprop, Sgd } from '../model/optimizers.ts';

/** What an optimiser remembers of the gradients, element by element; zeros at first. */
export interface Memory {
  readonly momentum: Float64Array;
  readonly square: Float64Array;
  readonly mean: Float64Array;
  readonly largestSquare: Float64Array;
}

export function emptyMemory(length: number): Memory {
  const zeros = () => new Float64Array(length);
  return { momentum: zeros(), square: zeros(), mean: zeros(), largestSquare: zeros() };
}

/**
 * One step in double precision, straight from the published formulas; on purpose nothing is shared with the engines.
 *
 * @param step steps including this one, counted from 1
 * @returns the new weights
 */
export function textbookStep(
  optimizer: Optimizer,
  weights: Float64Array,
  gradient: Float64Array,
  memory: Memory,
  rate: number,
  step: number,
): Float64Array<ArrayBuffer> {
  return Float64Array.from(weights, (weight, i) => {
    const g = gradient[i] as number;
    return weight * (1 - optimizer.weightDecay * rate) + change(optimizer, g, memory, i, rate, step);
  });
}

function change(optimizer: Optimizer, g: number, memory: Memory, i: number, rate: number, step: number) {
  switch (optimizer.name) {
    case 'sgd':
      return sgdChange(optimizer, g, memory, i, rate);
    case 'rmsprop':
      return -rmspropChange(optimizer, g, memory, i, rate);
    case 'adam':
      return -adamChange(optimizer, g, memory, i, rate, step);
  }
}

/** Polyak's momentum, or Nesterov's in the form of Sutskever et al. 2013 that looks ahead after the step. */
function sgdChange({ momentum, nesterov }: Sgd, g: number, memory: Memory, i: number, rate: number): number {
  const velocity = momentum * at(memory.momentum, i) - rate * g;
  memory.momentum[i] = velocity;
  return nesterov ? momentum * velocity - rate * g : velocity;
}

/** Hinton's RMSprop; centred as in Graves 2013, which divides by the standard deviation. */
function rmspropChange(optimizer: Rmsprop, g: number, memory: Memory, i: number, rate: number): number {
  const { rho, epsilon, momentum, centered } = optimizer;
  const square = rho * at(memory.square, i) + (1 - rho) * g ** 2;
  const mean = rho * at(memory.mean, i) + (1 - rho) * g;
  memory.square[i] = square;
  memory.mean[i] = mean;
  const variance = centered ? square - mean ** 2 : square;
  const velocity = momentum * at(memory.momentum, i) + (rate * g) / Math.sqrt(variance + epsilon);
  memory.momentum[i] = velocity;
  return velocity;
}

/** Kingma and Ba 2015, with their epsilon-hat that stands beside the uncorrected root; AMSGrad: Reddi et al. 2018. */
function adamChange(
  optimizer: Adam,
  g: number,
  memory: Memory,
  i: number,
  rate: number,
  step: number,
): number {
  const { beta1, beta2, epsilon, amsgrad } = optimizer;
  const momentum = beta1 * at(memory.momentum, i) + (1 - beta1) * g;
  const square = beta2 * at(memory.square, i) + (1 - beta2) * g ** 2;
  memory.momentum[i] = momentum;
  memory.square[i] = square;
  memory.largestSquare[i] = Math.max(at(memory.largestSquare, i), square);
  const unseen = 1 - beta2 ** step;
  const corrected = (amsgrad ? at(memory.largestSquare, i) : square) / unseen;
  return (rate * (momentum / (1 - beta1 ** step))) / (Math.sqrt(corrected) + epsilon / Math.sqrt(unseen));
}

function at(values: Float64Array, i: number): number {
  return values[i] as number;
}
