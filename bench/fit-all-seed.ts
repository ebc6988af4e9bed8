import { type Engine, fitAll, mlp, type TrainedModel } from '../src/index.ts';
import { batchSize, epochs, flopPerTrial, jobRows, median, shapeOf } from './peers/job.ts';
import type { ShoalSeed } from './peers.ts';

/** The peers' job by `fitAll` on an engine of its own for each measurement. */
export function fitAllSeed(openEngine: () => Promise<Engine>): ShoalSeed {
  return async (network, trials, seconds) => {
    const { outputs, ...sizes } = shapeOf(network);
    const rows = jobRows(network);
    const options = {
      network: mlp({ ...sizes, outputs, outputActivation: outputs === 1 ? 'sigmoid' : 'softmax' }),
      loss: outputs === 1 ? 'binary_crossentropy' : 'categorical_crossentropy',
    } as const;
    const started = performance.now();
    const engine = await openEngine();
    const train = async (epochs: number, firstSeed: number) => {
      const settings = Array.from({ length: trials }, (_, t) => ({ ...options, seed: firstSeed + t }));
      const { training, validation } = rows;
      const models = await fitAll(settings, { engine, ...training, validation, epochs, batchSize });
      return models;
    };
    try {
      await train(1, 0);
      const warm = performance.now();
      await train(1, 0);
      const compileSeconds = Math.max(0, (2 * warm - started - performance.now()) / 1000);
      const models: TrainedModel[] = [];
      const from = performance.now();
      while (performance.now() - from < 1000 * seconds) models.push(...(await train(epochs, models.length)));
      const trialsPerSecond = (1000 * models.length) / (performance.now() - from);
      return {
        trialsPerSecond,
        gflops: (trialsPerSecond * flopPerTrial(network)) / 1e9,
        compileSeconds,
        finalValLossMedian: median(
          models.map(({ history }) => history.metrics.val_loss?.at(-1) ?? Number.NaN),
        ),
        description: engine.kind === 'webgpu' ? 'Shoal, WebGPU' : 'Shoal, CPU',
      };
    } finally {
      engine.close();
    }
  };
}
