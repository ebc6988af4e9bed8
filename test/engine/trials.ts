import { adam, l1l2, makeMoons, mlp, type TrialFitOptions } from '../../src/index.ts';

const data = makeMoons({ nSamples: 150, noise: 0.2, randomState: 3 });

/** Rows with an odd size, so that the last mini-batch is a partial one. */
export const rows = {
  x: data.x,
  y: data.y,
  validation: makeMoons({ nSamples: 70, noise: 0.2, randomState: 4 }),
  batchSize: 32,
  epochs: 3,
};

/** Trials that differ in all that may differ between neighbours. */
export function mixedTrial(index: number): TrialFitOptions {
  return {
    network: mlp({
      inputs: 2,
      hidden: [9],
      outputs: 1,
      activation: 'tanh',
      outputActivation: 'sigmoid',
      dropout: [0, 0.1, 0.4][index % 3] as number,
      kernelRegularizer: l1l2({ l1: (index % 4) * 1e-4, l2: (index % 5) * 1e-3 }),
    }),
    loss: { name: 'binary_crossentropy', labelSmoothing: (index % 2) * 0.1 },
    optimizer: adam({ learningRate: 10 ** (-1 - (index % 7) / 2), weightDecay: (index % 3) * 1e-3 }),
    seed: index,
    classWeight: { 0: 1 + (index % 2), 1: 1 },
  };
}
