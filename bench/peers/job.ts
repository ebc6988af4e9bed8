import { makeClassification } from '../../src/data/make-classification.ts';
import { trainTestSplit } from '../../src/data/split.ts';
import { StandardScaler } from '../../src/data/standard-scaler.ts';
import type { LabelledRows } from '../../src/train/rows.ts';

// The same numbers stand in peer.py.
export const epochs = 100;
export const batchSize = 32;
export const trainingRows = 800;
export const validationRows = 200;
export const learningRate = 1e-3;

export const seedNetwork = '10-16-1';
export const otherNetworks = ['10-64-32-1', '30-128-64-1', '64-256-128-10'] as const;

/** The widths of `10-16-1`, taken apart. One output: a sigmoid; more: a softmax. */
export function shapeOf(network: string): { inputs: number; hidden: number[]; outputs: number } {
  const sizes = network.split('-').map(Number);
  return { inputs: sizes[0] as number, hidden: sizes.slice(1, -1), outputs: sizes.at(-1) as number };
}

/** The rows that `rows` of peer.py makes; for the seed network those of the seed experiment. */
export function jobRows(network: string): { training: LabelledRows; validation: LabelledRows } {
  const { inputs, outputs } = shapeOf(network);
  const nClasses = Math.max(2, outputs);
  const data = makeClassification({
    nSamples: trainingRows + validationRows,
    nFeatures: inputs,
    nInformative: nClasses === 2 ? 2 : 8,
    nClasses,
    randomState: 42,
  });
  const { train, test } = trainTestSplit(data, { testSize: validationRows, randomState: 42 });
  const scaler = new StandardScaler().fit(train.x);
  return {
    training: { x: scaler.transform(train.x), y: train.y },
    validation: { x: scaler.transform(test.x), y: test.y },
  };
}

/**
 * Floating-point operations of a training: 2 for each multiply-add of the products (forward, weight gradient, input
 * gradient; the first layer needs none), the validation's forward products included.
 */
export function flopPerTrial(network: string): number {
  const sizes = network.split('-').map(Number);
  const products = sizes.slice(1).map((units, l) => (sizes[l] as number) * units);
  const forward = 2 * products.reduce((sum, count) => sum + count, 0);
  const backward = 2 * forward - 2 * (products[0] as number);
  return epochs * (trainingRows * (forward + backward) + validationRows * forward);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
