import { makeClassification } from '../data/make-classification.ts';
import { trainTestSplit } from '../data/split.ts';
import { StandardScaler } from '../data/standard-scaler.ts';
import { cpuEngine } from '../engine/cpu/engine.ts';
import { double } from '../engine/precision.ts';
import { type Scores, scores } from '../evaluate/scores.ts';
import { mlp } from '../model/network.ts';
import { adam } from '../model/optimizers.ts';
import { learningRateScheduler, reduceLROnPlateau } from '../train/callbacks.ts';
import type { FitOptions } from '../train/fit.ts';
import type { LabelledRows } from '../train/rows.ts';
import { predict } from '../train/trained-model.ts';
import { kerasSeedRun } from './keras-seed-run.ts';

/** The generated rows of the seed experiment, split and scaled as scikit-learn does. */
export function seedData(): { training: LabelledRows; validation: LabelledRows } {
  const data = makeClassification({ nSamples: 1000, nFeatures: 10, nClasses: 2, randomState: 42 });
  const { train, test } = trainTestSplit(data, { testSize: 0.2, randomState: 42 });
  const scaler = new StandardScaler().fit(train.x);
  return {
    training: { x: scaler.transform(train.x), y: train.y },
    validation: { x: scaler.transform(test.x), y: test.y },
  };
}

export const seedNetwork = () => mlp({ inputs: 10, hidden: [16], outputs: 1, outputActivation: 'sigmoid' });

/** Everything but rows and engine: the run that Keras recorded, with its initial weights and rows in their order. */
export const seedOptions = (): Omit<FitOptions, 'engine' | 'x' | 'y'> => ({
  loss: 'binary_crossentropy',
  optimizer: adam({ learningRate: 1e-3 }),
  epochs: 100,
  batchSize: 32,
  shuffle: false,
  initialWeights: kerasSeedRun.initialWeights,
  callbacks: [
    learningRateScheduler((epoch) => (epoch < 50 ? 1e-3 : 1e-4)),
    reduceLROnPlateau({ factor: 0.1, patience: 5, minLr: 1e-4 }),
  ],
});

/** What Keras's final weights score on the validation rows, and the loss that Keras reported. */
export async function kerasScores({ x, y }: LabelledRows): Promise<Scores> {
  const loss = { name: 'binary_crossentropy', labelSmoothing: 0 } as const;
  const weights = Float32Array.from(kerasSeedRun.finalWeights);
  const outputs = await predict(
    { network: seedNetwork(), loss, weights },
    x,
    cpuEngine({ precision: double }),
  );
  return { loss: kerasSeedRun.valLoss, ...scores(loss, y as ArrayLike<number>, outputs) };
}
