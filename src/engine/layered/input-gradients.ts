import type { DenseLayer, Network } from '../../model/network.ts';
import { activate, activationKinds } from '../cpu/activation.ts';
import { double, type Floats } from '../precision.ts';
import type { Backend, OpenBackend } from './backend.ts';
import { executeAndRead, openWithWeights, paddedFeatures, rowsAtOnce } from './forward-rows.ts';
import { type LayerLayout, unpadRows } from './layout.ts';
import { gradientProgram, type Program } from './program.ts';

/**
 * Gradients of a network's outputs with respect to its inputs: for each row that of one output, `outputs[row]`. Both
 * ways through the layers are the training's kernels; the slope of the last activation, which mixes outputs where it
 * is a softmax, comes from the host.
 *
 * @returns rows x inputs, in the precision of the backend
 */
export async function inputGradientsWith(
  open: OpenBackend,
  network: Network,
  weights: ArrayLike<number>,
  x: Float32Array,
  rows: number,
  outputs: ArrayLike<number>,
): Promise<Floats> {
  const program = gradientProgram(network, Math.max(1, Math.min(rows, rowsAtOnce)));
  const { inputs, inputStride } = program.layout.layers[0] as LayerLayout;
  const backend = await openWithWeights(open, program, weights);
  let gradients: Floats = new Float32Array(0);
  try {
    backend.write('ones', 0, new Float32Array(program.buffers.ones as number).fill(1));
    for (let start = 0; start < rows; start += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - start);
      backend.write('training_features', 0, paddedFeatures(network, x, start));
      const wanted = Array.from({ length: count }, (_, row) => outputs[start + row] as number);
      await seedDeltas(backend, program, network.layers.at(-1) as DenseLayer, wanted);
      backend.copy('ones', 'deltas_0', 0, count * inputStride);
      const first = { name: 'deltas_0', stride: inputStride };
      const chunk = await executeAndRead(backend, program.trainStep, count, first);
      if (start === 0) gradients = new (chunk.constructor as FloatsConstructor)(rows * inputs);
      unpadRows(chunk, inputs, gradients.subarray(start * inputs));
    }
    return gradients;
  } finally {
    backend.close();
  }
}

type FloatsConstructor = new (length: number) => Floats;

/** Runs rows forward and puts the slopes of their outputs where the way back starts. */
async function seedDeltas(
  backend: Backend,
  { layout, evaluateStep }: Program,
  output: DenseLayer,
  wanted: readonly number[],
): Promise<void> {
  const { units, unitStride } = layout.layers.at(-1) as LayerLayout;
  const last = layout.layers.length;
  const name = `outputs_${last}`;
  const sums = await executeAndRead(backend, evaluateStep, wanted.length, { name, stride: unitStride });
  const deltas = new Float32Array(sums.length);
  wanted.forEach((unit, row) => {
    const z = sums.subarray(row * unitStride, row * unitStride + units);
    deltas.set(outputSlopes(output, z, unit), row * unitStride);
  });
  backend.write(`deltas_${last}`, 0, deltas);
}

/** Slopes of one output with respect to each unit's weighted sum z. */
function outputSlopes({ activation }: DenseLayer, z: Floats, unit: number): Float64Array {
  const slopes = new Float64Array(z.length);
  if (activation.name !== 'softmax') {
    const value = Float64Array.of(z[unit] as number);
    slopes[unit] = activate(double, activationKinds[activation.name], value, 0, activation.parameter);
    return slopes;
  }
  const highest = Math.max(...z);
  const exponentials = Float64Array.from(z, (value) => Math.exp(value - highest));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  const own = (exponentials[unit] as number) / total;
  return slopes.map((_, k) => own * ((k === unit ? 1 : 0) - (exponentials[k] as number) / total));
}
