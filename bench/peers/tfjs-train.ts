// TensorFlow.js: model.fit, one training after the other, on Dawn's adapter or on the plain CPU backend. Prints a line
// of JSON as the peers in Python do.
import { parseArgs } from 'node:util';
import { featureMatrix, type LabelledRows } from '../../src/train/rows.ts';
import {
  batchSize,
  epochs,
  flopPerTrial,
  jobRows,
  learningRate,
  median,
  seedNetwork,
  shapeOf,
} from './job.ts';
import { compiledModel, tf } from './tfjs-library.ts';

const { network, seconds, backend } = parseArgs({
  options: {
    network: { type: 'string', default: seedNetwork },
    trials: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '10' },
    backend: { type: 'string', default: 'webgpu' },
  },
}).values;
if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend ${backend} here`);

const shape = shapeOf(network);
const rows = jobRows(network);
const training = tensors(rows.training);
const validation = tensors(rows.validation);

function tensors({ x, y }: LabelledRows) {
  const { rows, columns, values } = featureMatrix(x, 'x');
  const labels = tf.tensor1d(Array.from(y as ArrayLike<number>), 'int32');
  return {
    x: tf.tensor2d(Float32Array.from(values), [rows, columns]),
    y: shape.outputs === 1 ? labels.toFloat().reshape([rows, 1]) : tf.oneHot(labels, shape.outputs).toFloat(),
  };
}

/**
 * Waits for the adapter after each batch. Without, hundreds of submits pile up on a slow adapter, and lavapipe ends in
 * a segmentation fault; where it does not, the rate is the same within the noise.
 */
async function finished(): Promise<void> {
  if (backend === 'webgpu')
    await (tf.backend() as unknown as { queue: GPUQueue }).queue.onSubmittedWorkDone();
}

/** A training with weights of its own; its last validation loss. */
async function train(epochs: number): Promise<number> {
  const optimizer = tf.train.adam(learningRate);
  const model = compiledModel(shape, optimizer, ['accuracy']);
  const { history } = await model.fit(training.x, training.y, {
    batchSize,
    epochs,
    shuffle: true,
    validationData: [validation.x, validation.y],
    verbose: 0,
    yieldEvery: 'epoch',
    callbacks: { onBatchEnd: finished },
  });
  model.dispose();
  optimizer.dispose();
  return history.val_loss?.at(-1) as number;
}

async function timed(epochs: number): Promise<{ loss: number; elapsed: number }> {
  const started = performance.now();
  const loss = await train(epochs);
  return { loss, elapsed: (performance.now() - started) / 1000 };
}

const first = await timed(1);
const second = await timed(1);
const losses: number[] = [];
let elapsed = 0;
while (elapsed < Number(seconds)) {
  const run = await timed(epochs);
  losses.push(run.loss);
  elapsed += run.elapsed;
}
const trialsPerSecond = losses.length / elapsed;
const result = {
  system: `TensorFlow.js, ${backend === 'webgpu' ? 'WebGPU' : 'CPU'}`,
  version: tf.version.tfjs,
  network,
  trials: 1,
  trialsPerSecond,
  gflops: (trialsPerSecond * flopPerTrial(network)) / 1e9,
  compileSeconds: Math.max(0, first.elapsed - second.elapsed),
  finalValLossMedian: median(losses),
};
// The device keeps the process alive, so that it must be ended.
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
