// Trains 64 networks side by side, each with its own learning rate and L2 penalty, and shows the best.
//   npm run build && node examples/many-trials.mjs
import { adam, fitAll, l2, makeClassification, mlp, StandardScaler, trainTestSplit } from 'shoal';
import { openEngine } from 'shoal/node';

const { engine } = await openEngine('auto');
const data = makeClassification({ nSamples: 600, nFeatures: 10, randomState: 7 });
const { train, test } = trainTestSplit(data, { testSize: 0.25, randomState: 7, stratify: data.y });
const scaler = new StandardScaler().fit(train.x);

const settings = Array.from({ length: 64 }, (_, i) => ({
  learningRate: 10 ** (-3.5 + (i % 8) * 0.4),
  penalty: 10 ** (-5 + Math.floor(i / 8) * 0.5),
}));
const trials = settings.map(({ learningRate, penalty }, seed) => ({
  network: mlp({
    inputs: 10,
    hidden: [16],
    outputs: 1,
    outputActivation: 'sigmoid',
    kernelRegularizer: l2(penalty),
  }),
  loss: 'binary_crossentropy',
  optimizer: adam({ learningRate }),
  seed,
}));
const models = await fitAll(trials, {
  engine,
  x: scaler.transform(train.x),
  y: train.y,
  validation: { x: scaler.transform(test.x), y: test.y },
  epochs: 40,
});

const ranked = models
  .map(({ history }, i) => ({
    ...settings[i],
    accuracy: history.metrics.val_accuracy.at(-1),
    loss: history.metrics.val_loss.at(-1),
  }))
  .sort((a, b) => b.accuracy - a.accuracy);
console.table(ranked.slice(0, 5));

engine.close();
process.exit(0);
