// The kernels of shaders/layered for the CPU: the same calls on the same buffers, four numbers at a time. Written in
// AssemblyScript; npm run generate compiles it to src/engine/wasm/module.generated.ts.
import {
  ADAM_L2,
  AdamL2Call,
  GATHER,
  GatherCall,
  GRADIENT_NOISE,
  GRADIENT_NORM,
  GradientNoiseCall,
  GradientNormCall,
  LOSS,
  LossCall,
  MATMUL_BACKWARD_INPUT,
  MATMUL_BACKWARD_WEIGHT,
  MATMUL_FORWARD,
  MatmulBackwardInputCall,
  MatmulBackwardWeightCall,
  MatmulForwardCall,
  PENALTY,
  PenaltyCall,
  RMSPROP_L2,
  RmspropL2Call,
  SGD_L2,
  SgdL2Call,
  SOFTMAX,
  SoftmaxCall,
  Step,
} from './calls.generated';
import { adam_l2 } from './kernels/adam_l2';
import { gather } from './kernels/gather';
import { gradient_noise } from './kernels/gradient_noise';
import { gradient_norm } from './kernels/gradient_norm';
import { count_confusion, loss } from './kernels/loss';
import { matmul_backward_input } from './kernels/matmul_backward_input';
import { matmul_backward_weight } from './kernels/matmul_backward_weight';
import { matmul_forward } from './kernels/matmul_forward';
import { penalty } from './kernels/penalty';
import { rmsprop_l2 } from './kernels/rmsprop_l2';
import { sgd_l2 } from './kernels/sgd_l2';
import { softmax } from './kernels/softmax';
import { at } from './lib/vector';

/** Memory for so many bytes, at an address divisible by 16. */
export function allocate(bytes: usize): usize {
  return heap.alloc(bytes);
}

export function release(address: usize): void {
  heap.free(address);
}

/** Calls that one step makes one after the other: at each address the kernel's number and, behind it, the call. */
@unmanaged
class Pass {
  calls: usize = 0;
  count: u32 = 0;
}

/**
 * Executes passes in their order, for one trial after the other, since trials share nothing but what they read and one's
 * numbers stay in the cache.
 *
 * @param passes so many passes one after the other: the address of the addresses of its calls, their number, and the step
 * @param trials the addresses of their numbers
 * @param confusion where to count how a single binary output judges the validation rows; 0: not
 */
export function execute(passes: usize, count: u32, trials: usize, trial_count: u32, confusion: usize): void {
  count_confusion(confusion);
  const pass_bytes = offsetof<Pass>() + offsetof<Step>();
  for (let t: u32 = 0; t < trial_count; t++) {
    const trial = load<u32>(at(trials, t));
    for (let p: u32 = 0; p < count; p++) {
      const address = passes + <usize>p * pass_bytes;
      const pass = changetype<Pass>(address);
      const step = changetype<Step>(address + offsetof<Pass>());
      for (let c: u32 = 0; c < pass.count; c++) execute_call(load<usize>(at(pass.calls, c)), step, trial);
    }
  }
}

function execute_call(address: usize, step: Step, trial: u32): void {
  const call = address + 4;
  switch (load<u32>(address)) {
    case GATHER:
      gather(changetype<GatherCall>(call), step, trial);
      break;
    case MATMUL_FORWARD:
      matmul_forward(changetype<MatmulForwardCall>(call), step, trial);
      break;
    case PENALTY:
      penalty(changetype<PenaltyCall>(call), step, trial);
      break;
    case LOSS:
      loss(changetype<LossCall>(call), step, trial);
      break;
    case MATMUL_BACKWARD_WEIGHT:
      matmul_backward_weight(changetype<MatmulBackwardWeightCall>(call), step, trial);
      break;
    case MATMUL_BACKWARD_INPUT:
      matmul_backward_input(changetype<MatmulBackwardInputCall>(call), step, trial);
      break;
    case GRADIENT_NORM:
      gradient_norm(changetype<GradientNormCall>(call), step, trial);
      break;
    case GRADIENT_NOISE:
      gradient_noise(changetype<GradientNoiseCall>(call), step, trial);
      break;
    case ADAM_L2:
      adam_l2(changetype<AdamL2Call>(call), step, trial);
      break;
    case RMSPROP_L2:
      rmsprop_l2(changetype<RmspropL2Call>(call), step, trial);
      break;
    case SGD_L2:
      sgd_l2(changetype<SgdL2Call>(call), step, trial);
      break;
    case SOFTMAX:
      softmax(changetype<SoftmaxCall>(call), step, trial);
      break;
    default:
      unreachable();
  }
}
