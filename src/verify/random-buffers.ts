import type { Job } from '../engine/engine.ts';
import type { Backend } from '../engine/layered/backend.ts';
import type { Program } from '../engine/layered/program.ts';
import type { RandomValues } from './random-values.ts';

/** The state of all buffers before a call: the job's own rows and settings, everything else random. */
export type Snapshot = ReadonlyMap<string, Float32Array<ArrayBuffer>>;

const given = /^(hyper|parameters|training_|validation_)/;
const notNegative = /^(norms|penalties|metrics)$/;
const activity = /^(outputs_|deltas_|gradients$)/;

/**
 * Fills all buffers that the job does not give.
 *
 * @param width how much larger than one the outputs, slopes and gradients are
 */
export async function randomBuffers(
  program: Program,
  job: Job,
  uploaded: Backend,
  random: RandomValues,
  width: number,
): Promise<Snapshot> {
  const snapshot = new Map<string, Float32Array<ArrayBuffer>>();
  for (const [name, length] of Object.entries(program.buffers)) {
    if (given.test(name)) snapshot.set(name, Float32Array.from(await uploaded.read(name, 0, length)));
    else if (name === 'batch_labels') snapshot.set(name, batchLabels(program, job, random));
    else snapshot.set(name, random.fill(length, drawFor(name, random, width)));
  }
  return withoutPadding(program, snapshot);
}

function drawFor(name: string, random: RandomValues, width: number): () => number {
  if (name === 'rates') return () => random.uniform(1e-4, 1e-2);
  // The mean gradient of a centred RMSprop is smaller than the root of the mean square, as in any real run.
  // The weight of the optimisers' averages, by which is divided, stands there too.
  if (name === 'noise') return () => random.uniform(0.5, 1);
  if (name === 'state') return () => random.uniform(0.1, 0.2);
  if (notNegative.test(name)) return () => Math.abs(random.signed());
  return () => (activity.test(name) ? width : 1) * random.signed();
}

/** Rows of targets as the job has them and, last, a sample weight. */
function batchLabels({ dimensions }: Program, { training, trials }: Job, random: RandomValues) {
  const { rows, targets } = dimensions;
  const length = trials.length * rows * (targets + 1);
  return Float32Array.from({ length }, (_, i) =>
    i % (targets + 1) === targets ? Math.abs(random.signed()) : (training.y[i % training.y.length] as number),
  );
}

/** Padding is always zero, which the kernels may rely on. */
function withoutPadding(program: Program, snapshot: Map<string, Float32Array<ArrayBuffer>>): Snapshot {
  const { layers } = program.layout;
  const clear = (name: string, columns: number, stride: number) => {
    snapshot.get(name)?.forEach((_, i, values) => {
      if (i % stride >= columns) values[i] = 0;
    });
  };
  layers.forEach((layer, l) => {
    clear(`outputs_${l}`, layer.inputs, layer.inputStride);
    clear(`outputs_${l + 1}`, layer.units, layer.unitStride);
    clear(`deltas_${l + 1}`, layer.units, layer.unitStride);
  });
  return snapshot;
}
