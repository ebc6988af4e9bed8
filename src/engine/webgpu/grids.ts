import type { KernelName } from './shaders.generated.ts';

/** Workgroups in x and y for one trial; z runs over the trials. */
export type Grid = readonly [x: number, y: number];
type Constants = Readonly<Record<string, number>>;

const workgroupSize = 64;
/** WebGPU's limit for workgroups in one dimension; more are folded into the second. */
const mostWorkgroups = 65535;

/** One lane an item; the kernels find their item from both dimensions. */
function perLane(count: number): Grid {
  const groups = Math.ceil(count / workgroupSize);
  const rows = Math.ceil(groups / mostWorkgroups);
  return [Math.ceil(groups / rows), rows];
}

/** How many workgroups each kernel needs for `rows` rows of a mini-batch, and products in tiles of `tile` x `tile`. */
export const grids: {
  readonly [K in KernelName]: (constants: Constants, rows: number, tile: number) => Grid;
} = {
  gather: ({ INPUT_STRIDE = 0 }, rows) => perLane((rows * INPUT_STRIDE) / 4),
  matmul_forward: ({ UNITS = 0 }, rows, tile) => [Math.ceil(UNITS / tile), Math.ceil(rows / tile)],
  matmul_backward_input: ({ INPUTS = 0 }, rows, tile) => [Math.ceil(INPUTS / tile), Math.ceil(rows / tile)],
  matmul_backward_weight: ({ UNITS = 0, INPUTS = 0 }, _, tile) => [
    Math.ceil(UNITS / tile),
    Math.ceil(INPUTS / tile),
  ],
  loss: () => [1, 1],
  penalty: ({ TENSORS = 0 }) => [TENSORS, 1],
  gradient_noise: () => [1, 1],
  gradient_norm: ({ TENSORS = 0 }) => [TENSORS, 1],
  adam_l2: ({ PARAMETERS = 0 }) => perLane(PARAMETERS),
  sgd_l2: ({ PARAMETERS = 0 }) => perLane(PARAMETERS),
  rmsprop_l2: ({ PARAMETERS = 0 }) => perLane(PARAMETERS),
  softmax: (_, rows) => perLane(rows),
};
