import type { CpuKernel } from '../kernel.ts';
import { laneSum } from '../lane-sum.ts';
import { tensorPenalty } from '../tensor-penalty.ts';

/** norms[tensor] = sum (gradient + l1 * sign(w) + 2 * l2 * w)^2, for clipping by norm. */
export const gradient_norm: CpuKernel<'gradient_norm'> = ({
  buffers,
  constants,
  tensorOffsets,
  trials,
  precision,
}) => {
  const { HYPER_STRIDE, PARAMETERS, TENSORS } = constants;
  const { round } = precision;
  for (const trial of trials) {
    for (let tensor = 0; tensor < TENSORS; tensor++) {
      const { l1, l2 } = tensorPenalty(buffers.hyper, trial * HYPER_STRIDE, tensor);
      const start = tensorOffsets[tensor] as number;
      const length = (tensorOffsets[tensor + 1] as number) - start;
      buffers.norms[trial * TENSORS + tensor] = laneSum(precision, length, (i) => {
        const at = trial * PARAMETERS + start + i;
        const w = buffers.parameters[at] as number;
        const loss = buffers.gradients[at] as number;
        const g = round(round(loss + round(l1 * Math.sign(w))) + round(2 * l2 * w));
        return round(g * g);
      });
    }
  }
};
