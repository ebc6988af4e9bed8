import { adam, type Engine, fit, makeMoons, mlp } from '../../src/index.ts';

/** The losses of a short training, epoch by epoch. */
export async function losses(engine: Engine): Promise<number[]> {
  const model = await fit(mlp({ inputs: 2, hidden: [9], outputs: 1, outputActivation: 'sigmoid' }), {
    engine,
    ...makeMoons({ nSamples: 100, noise: 0.1, randomState: 1 }),
    loss: 'binary_crossentropy',
    optimizer: adam({ learningRate: 0.01 }),
    epochs: 20,
  });
  return [...(model.history.metrics.loss ?? [])];
}
