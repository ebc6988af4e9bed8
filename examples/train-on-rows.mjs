// Trains a classifier on rows in memory, on the best engine there is.
//   npm run build && node examples/train-on-rows.mjs
import { adam, earlyStopping, fit, makeMoons, mlp, predict, scores } from 'shoal';
import { openEngine } from 'shoal/node';

const { engine, reason } = await openEngine('auto');
console.log(`${engine.description} (${reason})`);

const training = makeMoons({ nSamples: 400, noise: 0.2, randomState: 1 });
const validation = makeMoons({ nSamples: 200, noise: 0.2, randomState: 2 });
const network = mlp({
  inputs: 2,
  hidden: [16, 16],
  outputs: 1,
  activation: 'tanh',
  outputActivation: 'sigmoid',
});

const run = fit(network, {
  engine,
  ...training,
  validation,
  loss: 'binary_crossentropy',
  optimizer: adam({ learningRate: 0.01 }),
  epochs: 200,
  callbacks: [earlyStopping({ patience: 20, restoreBestWeights: true })],
});
for await (const { epoch, logs } of run) {
  if (epoch % 20 === 0) console.log(`epoch ${epoch}: val_loss ${logs.val_loss.toFixed(4)}`);
}
const model = await run;
console.log(model.history.stopped ?? 'ran to the end');
console.log(scores(model.loss, validation.y, await predict(model, validation.x, engine)));

engine.close();
process.exit(0);
