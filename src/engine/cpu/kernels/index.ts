import type { KernelName } from '../../webgpu/shaders.generated.ts';
import type { CpuKernel } from '../kernel.ts';
import { adam_l2 } from './adam_l2.ts';
import { gather } from './gather.ts';
import { gradient_noise } from './gradient_noise.ts';
import { gradient_norm } from './gradient_norm.ts';
import { loss } from './loss.ts';
import { matmul_backward_input } from './matmul_backward_input.ts';
import { matmul_backward_weight } from './matmul_backward_weight.ts';
import { matmul_forward } from './matmul_forward.ts';
import { penalty } from './penalty.ts';
import { rmsprop_l2 } from './rmsprop_l2.ts';
import { sgd_l2 } from './sgd_l2.ts';
import { softmax } from './softmax.ts';

/** The reference of every kernel, by the kernel's name. */
export const cpuKernels: { readonly [K in KernelName]: CpuKernel<K> } = {
  adam_l2,
  gather,
  gradient_noise,
  gradient_norm,
  loss,
  matmul_backward_input,
  matmul_backward_weight,
  matmul_forward,
  penalty,
  rmsprop_l2,
  sgd_l2,
  softmax,
};
