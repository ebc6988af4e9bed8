import type { KernelName } from './shaders.generated.ts';

/** Workgroups in x and y for one trial; z runs over the trials. */
export type Grid = readonly [x: number, y: number];
type Constants = Readonly<Record<string, number>>;

const workgroupSize = 64;
const perLane = (count: number): Grid => [Math.ceil(count / workgroupSize), 1];

/** How many workgroups each kernel needs for `rows` rows of a mini-batch. */
export const grids: { readonly [K in KernelName]: (constants: Constants, rows: number) => Grid } = {
  gather: ({ INPUT_STRIDE = 0 }, rows) => perLane((rows * INPUT_STRIDE) / 4),
  matmul_forward: ({ UNIT_STRIDE = 0 }, rows) => [Math.ceil(UNIT_STRIDE / 8), Math.ceil(rows / 8)],
  matmul_backward_input: ({ INPUTS = 0 }, rows) => [Math.ceil(INPUTS / 8), Math.ceil(rows / 8)],
  matmul_backward_weight: ({ UNITS = 0, INPUTS = 0 }) => [Math.ceil(UNITS / 8), Math.ceil((INPUTS + 1) / 8)],
  loss: () => [1, 1],
  penalty: ({ TENSORS = 0 }) => [TENSORS, 1],
  gradient_norm: ({ TENSORS = 0 }) => [TENSORS, 1],
  adam_l2: ({ PARAMETERS = 0 }) => perLane(PARAMETERS),
  sgd_l2: ({ PARAMETERS = 0 }) => perLane(PARAMETERS),
  rmsprop_l2: ({ PARAMETERS = 0 }) => perLane(PARAMETERS),
  softmax: (_, rows) => perLane(rows),
};
