import { describe, expect, it } from 'vitest';
import { cpuEngine, type Features, fit, initialWeights, mlp, predict, UsageError } from '../../src/index.ts';

const network = mlp({ inputs: 2, hidden: [3], outputs: 1, outputActivation: 'sigmoid' });
const model = {
  network,
  weights: initialWeights(network, 0),
  loss: { name: 'binary_crossentropy', labelSmoothing: 0 },
} as const;

/** What is wrong with features for two inputs, and what the error must say. */
const wrong: readonly (readonly [string, Features, RegExp])[] = [
  ['a missing column', [[1], [2]], /x must have 2 columns as the network has inputs, got 1/],
  ['a column too many', [[1, 2, 3]], /x must have 2 columns as the network has inputs, got 3/],
  ['ragged rows', [[1, 2], [3]], /x must have 2 values in every row as in the first, got 1 in row 1/],
  ['infinity', [[1, Infinity]], /x must be finite .* got Infinity in row 0, column 1/],
  [
    'a matrix with too few values',
    { rows: 2, columns: 2, values: [1, 2, 3] },
    /x must have 2 x 2 = 4 values as its rows and columns say, got 3/,
  ],
  ['a matrix with too many values', { rows: 1, columns: 2, values: [1, 2, 3] }, /= 2 values .* got 3/],
];

describe('features', () => {
  it.each(wrong)('with %s are refused by fit and by predict', async (_, x, message) => {
    const rows = Array.isArray(x) ? x.length : 2;
    const training = fit(network, {
      engine: cpuEngine(),
      x,
      y: Array.from({ length: rows }, (_, i) => i % 2),
      loss: 'binary_crossentropy',
    });
    await expect(training).rejects.toThrow(message);
    await expect(predict(model, x)).rejects.toThrow(UsageError);
    await expect(predict(model, x)).rejects.toThrow(message);
  });

  it('without rows have no predictions', async () => {
    expect(await predict(model, [])).toEqual([]);
  });
});
