import { expect, it } from 'vitest';
import { cpuEngine, fit, learningRateScheduler, makeMoons, mlp } from '../../src/index.ts';

// Epochs that nobody looks at run together, as many as fit some time: which of them has begun meanwhile must not show.
it('records the rate of each epoch, however many epochs run together', async () => {
  const network = mlp({ inputs: 2, hidden: [2], outputs: 1, outputActivation: 'sigmoid' });
  const { history } = await fit(network, {
    engine: cpuEngine(),
    ...makeMoons({ nSamples: 16, randomState: 1 }),
    loss: 'binary_crossentropy',
    epochs: 40,
    callbacks: [learningRateScheduler((epoch) => 0.1 / (1 + epoch))],
  });
  const { learning_rate = [], learning_rate_end } = history.metrics;
  expect(learning_rate).toEqual(Array.from({ length: 40 }, (_, epoch) => Math.fround(0.1 / (1 + epoch))));
  expect(learning_rate_end).toEqual(learning_rate);
});
