import type { Network } from '../../model/network.ts';
import type { Floats } from '../precision.ts';
import type { Backend, OpenBackend, Pass } from './backend.ts';
import { packWeights, padRows } from './layout.ts';
import type { Call, Program } from './program.ts';

/** Rows that go through a network at once: large enough to fill a device, small enough for flat memory. */
export const rowsAtOnce = 16_384;

/** Allocates the buffers of a program of one trial and gives it its weights. */
export async function openWithWeights(
  open: OpenBackend,
  program: Program,
  weights: ArrayLike<number>,
): Promise<Backend> {
  const backend = await open(program);
  const parameters = new Float32Array(program.layout.size);
  packWeights(program.layout, weights, parameters);
  backend.write('parameters', 0, parameters);
  return backend;
}

/** Features of the rows from `start` on that go through at once, as the program takes them. */
export function paddedFeatures(
  { inputs }: Network,
  x: Float32Array,
  start: number,
): Float32Array<ArrayBuffer> {
  return padRows(x.subarray(start * inputs, (start + rowsAtOnce) * inputs), inputs);
}

/** Executes calls on the first rows of the batch, and reads a buffer: in one go, since devices work in order. */
export async function executeAndRead(
  backend: Backend,
  calls: readonly Call[],
  rows: number,
  { name, stride }: { readonly name: string; readonly stride: number },
): Promise<Floats> {
  const submitted = backend.submit([{ calls, step: wholeBatch(rows) }], [0]);
  const [values] = await Promise.all([backend.read(name, 0, rows * stride), submitted]);
  return values;
}

function wholeBatch(rows: number): Pass['step'] {
  return {
    firstRow: 0,
    rows,
    sourceRows: rows,
    shuffled: false,
    iteration: 0,
    epoch: 0,
    rateRow: 0,
    metricsRow: 0,
  };
}
