import type { CpuKernel } from '../kernel.ts';
import { laneSum } from '../lane-sum.ts';
import { tensorPenalty } from '../tensor-penalty.ts';

/** penalties[tensor] = l1 * sum |w| + l2 * sum w^2 (Keras's L1L2: no 1/2, not divided by the batch). */
export const penalty: CpuKernel<'penalty'> = ({ buffers, constants, tensorOffsets, trials, precision }) => {
  const { HYPER_STRIDE, PARAMETERS, TENSORS } = constants;
  const { round } = precision;
  for (const trial of trials) {
    for (let tensor = 0; tensor < TENSORS; tensor++) {
      const { l1, l2 } = tensorPenalty(buffers.hyper, trial * HYPER_STRIDE, tensor);
      const start = tensorOffsets[tensor] as number;
      const length = (tensorOffsets[tensor + 1] as number) - start;
      buffers.penalties[trial * TENSORS + tensor] = laneSum(precision, length, (i) => {
        const w = buffers.parameters[trial * PARAMETERS + start + i] as number;
        return round(round(l1 * Math.abs(w)) + round(round(l2 * w) * w));
      });
    }
  }
};
