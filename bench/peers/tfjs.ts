// TensorFlow.js with its WebGPU backend, on the same adapter, in a process of its own. Talks with its parent through
// messages (see messages.ts).
import { describeAdapter } from '../../src/engine/webgpu/device.ts';
import { stepsPerSecond } from '../contestant.ts';
import type { Workload } from '../workloads.ts';
import type { Reply, Request } from './messages.ts';
import { compiledModel, gpu, tf } from './tfjs-library.ts';

type Train = (epochs: number) => Promise<void>;

const mostEpochs = 64;
let workload: Workload;
let ways: readonly Train[] = [];

async function prepare(asked: Workload): Promise<Reply> {
  workload = asked;
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter || !(await tf.setBackend('webgpu'))) throw new Error('TensorFlow.js found no WebGPU adapter');
  const started = performance.now();
  ways = waysToTrain(workload);
  const [first, ...others] = ways as [Train, ...Train[]];
  await first(1);
  const firstEpochMs = performance.now() - started;
  for (const train of others) await train(1);
  return {
    kind: 'ready',
    adapter: describeAdapter(adapter.info).description,
    version: tf.version.tfjs,
    firstEpochMs,
  };
}

/**
 * Two ways to train: `model.fit`, as its users do, and a loop over batches cut beforehand that never reads a result
 * before its end, the least that it can be asked to do. Which one is faster depends on the network.
 */
function waysToTrain({ batchSize, stepsPerEpoch, inputs, outputs }: Workload): readonly Train[] {
  const rows = batchSize * stepsPerEpoch;
  const optimizer = tf.train.adam(1e-3);
  const model = compiledModel(workload, optimizer);
  const x = tf.randomUniform([rows, inputs], -1, 1);
  const classes = tf.randomUniform([rows], 0, Math.max(2, outputs), 'int32');
  const y = outputs === 1 ? classes.toFloat().reshape([rows, 1]) : tf.oneHot(classes, outputs).toFloat();
  const xs = tf.split(x, stepsPerEpoch);
  const ys = tf.split(y, stepsPerEpoch);
  const lossOf = outputs === 1 ? tf.metrics.binaryCrossentropy : tf.metrics.categoricalCrossentropy;
  const step = (s: number) =>
    optimizer.minimize(() => {
      const predicted = model.apply(xs[s] as never, { training: true }) as typeof x;
      return lossOf(ys[s] as typeof y, predicted).mean();
    }, true);
  return [
    async (epochs) => {
      await model.fit(x, y, { batchSize, epochs, verbose: 0, yieldEvery: 'never' });
    },
    async (epochs) => {
      for (let done = 1; done <= epochs * stepsPerEpoch; done++) {
        const loss = step(done % stepsPerEpoch);
        if (done === epochs * stepsPerEpoch) await loss?.data();
        loss?.dispose();
      }
    },
  ];
}

/** Gives each way the whole time and reports the faster one. */
async function measure(milliseconds: number): Promise<Reply> {
  let best = 0;
  for (const train of ways) {
    best = Math.max(best, await stepsPerSecond(milliseconds, workload.stepsPerEpoch, train, mostEpochs));
  }
  return { kind: 'measured', stepsPerSecond: best };
}

process.on('message', (request: Request) => {
  const answer = request.kind === 'prepare' ? prepare(request.workload) : measure(request.milliseconds);
  answer.then(
    (reply) => process.send?.(reply),
    (error: unknown) => process.send?.({ kind: 'failed', message: String(error) } satisfies Reply),
  );
});
// The device keeps the process alive, so that it must be ended.
process.on('disconnect', () => process.exit(0));
