import type { Network } from '../../model/network.ts';
import type { OpenBackend } from './backend.ts';
import { executeAndRead, openWithWeights, paddedFeatures, rowsAtOnce } from './forward-rows.ts';
import { type LayerLayout, unpadRows } from './layout.ts';
import { predictionProgram } from './program.ts';

/** Runs rows through a network, some thousands at a time; returns rows x outputs. */
export async function predictWith(
  open: OpenBackend,
  network: Network,
  weights: ArrayLike<number>,
  x: Float32Array,
  rows: number,
): Promise<Float32Array> {
  const program = predictionProgram(network, Math.max(1, Math.min(rows, rowsAtOnce)));
  const { units, unitStride } = program.layout.layers.at(-1) as LayerLayout;
  const last = { name: `outputs_${program.layout.layers.length}`, stride: unitStride };
  const outputs = new Float32Array(rows * units);
  const backend = await openWithWeights(open, program, weights);
  try {
    let features = paddedFeatures(network, x, 0);
    for (let start = 0; start < rows; start += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - start);
      backend.write('training_features', 0, features);
      const computed = executeAndRead(backend, program.evaluateStep, count, last);
      // Made ready while the device computes.
      features = paddedFeatures(network, x, start + rowsAtOnce);
      unpadRows(await computed, units, outputs.subarray(start * units));
    }
    return outputs;
  } finally {
    backend.close();
  }
}
