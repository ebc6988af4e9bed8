import type { Call, Dimensions } from '../src/engine/layered/program.ts';
import type { KernelName } from '../src/engine/webgpu/shaders.generated.ts';

/** What one call of a kernel does for one trial. */
export interface Work {
  readonly unit: 'GFLOP/s' | 'GB/s';
  /** FLOP (2 for each multiply-add), or bytes: every float that must be read or written, counted once. */
  readonly amount: number;
}

type Constants = Readonly<Record<string, number>>;

const flop = (amount: number): Work => ({ unit: 'GFLOP/s', amount });
const floats = (count: number): Work => ({ unit: 'GB/s', amount: 4 * count });

function product({ INPUTS = 0, UNITS = 0 }: Constants, rows: number): Work {
  return flop(2 * rows * INPUTS * UNITS);
}

/** Reads weight, gradient and slow averages; writes weight and slow averages. */
function update({ PARAMETERS = 0, STATES = 0 }: Constants): Work {
  return floats(PARAMETERS * (3 + 2 * STATES));
}

/** The work of each kernel on a full mini-batch. */
export const workOf: { readonly [K in KernelName]: (constants: Constants, rows: number) => Work } = {
  matmul_forward: product,
  matmul_backward_input: product,
  matmul_backward_weight: product,
  gather: ({ INPUT_STRIDE = 0, LABELS = 0 }, rows) => floats(2 * rows * (INPUT_STRIDE + LABELS)),
  loss: ({ UNIT_STRIDE = 0, LABELS = 0 }, rows) => floats(rows * (2 * UNIT_STRIDE + LABELS)),
  softmax: ({ UNIT_STRIDE = 0 }, rows) => floats(2 * rows * UNIT_STRIDE),
  penalty: ({ PARAMETERS = 0 }) => floats(PARAMETERS),
  gradient_noise: ({ PARAMETERS = 0 }) => floats(3 * PARAMETERS),
  gradient_norm: ({ PARAMETERS = 0 }) => floats(2 * PARAMETERS),
  adam_l2: update,
  sgd_l2: update,
  rmsprop_l2: update,
};

/** The amount for all trials of a program. */
export function totalWork(call: Call, { trials, rows }: Dimensions): Work {
  const { unit, amount } = workOf[call.kernel](call.constants, rows);
  return { unit, amount: trials * amount };
}
