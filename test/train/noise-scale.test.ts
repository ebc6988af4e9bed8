import { describe, expect, it } from 'vitest';
import type { NoiseSums } from '../../src/engine/engine.ts';
import {
  adam,
  cpuEngine,
  double,
  fit,
  growBatchWithNoise,
  makeMoons,
  mlp,
  type OptimizerSpec,
  rmsprop,
  sgd,
  userCallback,
} from '../../src/index.ts';
import { NoiseScale } from '../../src/train/noise-scale.ts';

describe('NoiseScale', () => {
  it('divides the noise of a row by the squared length of the gradient', () => {
    const noise = new NoiseScale(0.5);
    expect(noise.rows).toBe(0);
    // Two steps of 4 rows: g . m is 1 on average, g . g is 5, so that the noise of 4 rows is 4 and that of one 16.
    noise.add({ along: 2, squared: 10, inverseRows: 0.5, steps: 2 });
    expect(noise.rows).toBe(16);
    // The next epoch has 2 and 8: smoothed, 1.5 and 12.
    noise.add({ along: 4, squared: 8, inverseRows: 0.5, steps: 2 });
    expect(noise.rows).toBe(8);
    noise.add({ along: 0, squared: 0, inverseRows: 0, steps: 0 });
    expect(noise.rows).toBe(8);
  });

  it.each([
    ['no noise', { along: 3, squared: 2, inverseRows: 1, steps: 1 }, 0],
    ['nothing but noise', { along: -3, squared: 2, inverseRows: 1, steps: 1 }, 1e6],
    ['a loss that is not finite', { along: Number.NaN, squared: Number.NaN, inverseRows: 1, steps: 1 }, 0],
  ])('finds %s', (_, sums, rows) => {
    const noise = new NoiseScale(0);
    noise.add(sums);
    expect(noise.rows).toBe(rows);
  });
});

const rows = 60;
const { x, y } = makeMoons({ nSamples: rows, noise: 0.3, randomState: 8 });
const hidden = 4;
const network = mlp({
  inputs: 2,
  hidden: [hidden],
  outputs: 1,
  activation: 'tanh',
  outputActivation: 'sigmoid',
});
/** First kernel (inputs x units), its bias, second kernel, its bias. */
const weights = Array.from({ length: 2 * hidden + hidden + hidden + 1 }, (_, i) =>
  Math.fround(Math.sin(3 * i + 1)),
);

/** The gradient of one row's binary cross-entropy by all weights, by the chain rule in double precision. */
function rowGradient(row: number): number[] {
  const inputs = [0, 1].map((i) => Math.fround(x.values[2 * row + i] as number));
  const at = (i: number) => weights[i] as number;
  const [bias1, kernel2, bias2] = [2 * hidden, 3 * hidden, 4 * hidden];
  const outputs = Array.from({ length: hidden }, (_, u) =>
    Math.tanh((inputs[0] as number) * at(u) + (inputs[1] as number) * at(hidden + u) + at(bias1 + u)),
  );
  const z = outputs.reduce((sum, output, u) => sum + output * at(kernel2 + u), at(bias2));
  const delta = 1 / (1 + Math.exp(-z)) - (y[row] as number);
  const deltas = outputs.map((output, u) => delta * at(kernel2 + u) * (1 - output * output));
  return [
    ...inputs.flatMap((input) => deltas.map((own) => input * own)),
    ...deltas,
    ...outputs.map((output) => delta * output),
    delta,
  ];
}

const gradients = Array.from({ length: rows }, (_, row) => rowGradient(row));
const mean = weights.map((_, i) => gradients.reduce((sum, own) => sum + (own[i] as number), 0) / rows);
const squaredLength = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);
/** |G|^2 and tr(Sigma) of the rows, the latter with rows - 1 in its denominator. */
const truth = {
  square: squaredLength(mean),
  variance:
    gradients.reduce((sum, own) => sum + squaredLength(own.map((g, i) => g - (mean[i] as number))), 0) /
    (rows - 1),
};

/** The sums of all epochs but the first, in which the averages fill, with weights that do not move. */
async function measuredSums(optimizer: OptimizerSpec, batchSize: number, epochs: number): Promise<NoiseSums> {
  const total = { along: 0, squared: 0, inverseRows: 0, steps: 0 };
  const watch = userCallback({
    onEpochEnd(epoch, _logs, { measured: { noise } }) {
      if (epoch < 20 || !noise) return;
      for (const name of ['along', 'squared', 'inverseRows', 'steps'] as const) total[name] += noise[name];
    },
  });
  await fit(network, {
    ...{ x, y, batchSize, epochs, optimizer, initialWeights: weights },
    engine: cpuEngine({ precision: double }),
    loss: 'binary_crossentropy',
    callbacks: [growBatchWithNoise({ maxBatchSize: batchSize }), watch],
  });
  return total;
}

/**
 * What the sums are on average. Batches of one epoch share no row, so that their noise is negatively correlated, by
 * -tr(Sigma) / rows; `keep` is what is left of the average's older part after each step.
 */
function expectedSums(batchSize: number, keep: number) {
  const steps = Math.ceil(rows / batchSize);
  const sizes = Array.from({ length: steps }, (_, s) => Math.min(batchSize, rows - s * batchSize));
  const inverse = sizes.reduce((sum, size) => sum + 1 / size, 0) / steps;
  const sameEpoch = sizes.reduce((sum, _, s) => sum + 1 - keep ** s, 0) / steps;
  const along = truth.square - (sameEpoch * truth.variance) / rows;
  const squared = truth.square + truth.variance * (inverse - 1 / rows);
  return { along, squared, variance: (squared - along) / inverse };
}

describe('the noise that training measures', () => {
  // So small a rate leaves the weights where they are, so that the rows' own gradients tell what must come out.
  const learningRate = 1e-9;
  it.each<[string, OptimizerSpec, number, number]>([
    ['momentum', sgd({ learningRate, momentum: 0.8 }), 10, 0.8],
    ['momentum, with a partial batch', sgd({ learningRate, momentum: 0.8 }), 7, 0.8],
    ['the gradient before alone', sgd({ learningRate }), 6, 0],
    ['Adam', adam({ learningRate }), 6, 0.9],
    ['centered RMSprop', rmsprop({ learningRate, centered: true }), 10, 0.9],
  ])('with %s is that of the gradients of single rows', async (_, optimizer, batchSize, keep) => {
    const { along, squared, inverseRows, steps } = await measuredSums(optimizer, batchSize, 1000);
    const expected = expectedSums(batchSize, keep);
    // Means over thousands of random batches: three standard errors of the noisiest case are below 6 %.
    const close = (value: number, wanted: number) => expect(Math.abs(value / wanted - 1)).toBeLessThan(0.06);
    close(squared / steps, expected.squared);
    close(along / steps, expected.along);
    close((squared - along) / inverseRows, expected.variance);
    // Of the rows' own noise at most the share of a batch in all rows goes missing.
    const found = (squared - along) / inverseRows / truth.variance;
    expect(found).toBeGreaterThan(1 - batchSize / rows - 0.06);
    expect(found).toBeLessThan(1.06);
  });
});
