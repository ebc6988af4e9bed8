import { epochPermutation, permute } from '../../../core/permutation.ts';
import type { Floats } from '../../precision.ts';
import { hyper } from '../../webgpu/shaders.generated.ts';
import type { CpuKernel } from '../kernel.ts';

/** Copies the rows of one mini-batch, in each trial's own order, to where the first layer reads them. */
export const gather: CpuKernel<'gather'> = ({ buffers, constants, step, trials }) => {
  const { HYPER_STRIDE, INPUT_STRIDE, LABELS, ROWS } = constants;
  for (const trial of trials) {
    const order = epochPermutation(seedOf(buffers.hyper, trial * HYPER_STRIDE), step.epoch, step.sourceRows);
    for (let row = 0; row < step.rows; row++) {
      const place = step.firstRow + row;
      const source = step.shuffled ? permute(order, place) : place;
      copyRow(buffers.features, source, buffers.batch_features, trial * ROWS + row, INPUT_STRIDE);
      copyRow(buffers.labels, source, buffers.batch_labels, trial * ROWS + row, LABELS);
    }
  }
};

/** A trial's seed from its two halves in the row of `hyper` that starts at `row`. */
export function seedOf(values: Floats, row: number): number {
  const low = values[row + hyper.SEED_LOW] as number;
  const high = values[row + hyper.SEED_HIGH] as number;
  return (high * 0x10000 + low) >>> 0;
}

function copyRow(source: Floats, from: number, target: Floats, to: number, length: number): void {
  for (let i = 0; i < length; i++) target[to * length + i] = source[from * length + i] as number;
}
