import type { Network } from '../../model/network.ts';
import type { OpenBackend, Pass } from './backend.ts';
import { type LayerLayout, packWeights, padRows } from './layout.ts';
import { predictionProgram } from './program.ts';

/** Rows that go through the network at once: large enough to fill a device, small enough for flat memory. */
const rowsAtOnce = 4096;

/** Runs rows through a network, a few thousand at a time; returns rows x outputs. */
export async function predictWith(
  open: OpenBackend,
  network: Network,
  weights: ArrayLike<number>,
  x: Float32Array,
  rows: number,
): Promise<Float32Array> {
  const program = predictionProgram(network, Math.max(1, Math.min(rows, rowsAtOnce)));
  const backend = await open(program);
  try {
    const parameters = new Float32Array(program.layout.size);
    packWeights(program.layout, weights, parameters);
    backend.write('parameters', 0, parameters);
    const last = program.layout.layers.at(-1) as LayerLayout;
    const outputs = new Float32Array(rows * last.units);
    for (let start = 0; start < rows; start += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - start);
      backend.write(
        'training_features',
        0,
        padRows(x.subarray(start * network.inputs, (start + count) * network.inputs), network.inputs),
      );
      await backend.submit([{ calls: program.evaluateStep, step: wholeBatch(count) }], [0]);
      const padded = await backend.read(
        `outputs_${program.layout.layers.length}`,
        0,
        count * last.unitStride,
      );
      for (let row = 0; row < count; row++) {
        outputs.set(
          padded.subarray(row * last.unitStride, row * last.unitStride + last.units),
          (start + row) * last.units,
        );
      }
    }
    return outputs;
  } finally {
    backend.close();
  }
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
