import type { Floats } from '../precision.ts';
import { hyper } from '../webgpu/shaders.generated.ts';

/** The L1 and L2 strengths of a tensor, from the row of `hyper` that starts at `row`. */
export function tensorPenalty(values: Floats, row: number, tensor: number): { l1: number; l2: number } {
  const at = row + hyper.PENALTIES + 2 * tensor;
  return { l1: values[at] as number, l2: values[at + 1] as number };
}
