// Generated from shaders/ by scripts/generate-wasm.mjs: do not edit.

// Where the named values stand in a row of `hyper`.
export const SEED_LOW: u32 = 0;
export const SEED_HIGH: u32 = 1;
export const FRESH_1: u32 = 2;
export const FRESH_2: u32 = 3;
export const EPSILON: u32 = 4;
export const MOMENTUM: u32 = 5;
export const WEIGHT_DECAY: u32 = 6;
export const CLIP: u32 = 7;
export const LABEL_SMOOTHING: u32 = 8;
export const RHO: u32 = 9;
export const PENALTIES: u32 = 10;

// The numbers by which calls name their kernels.
export const ADAM_L2: u32 = 0;
export const GATHER: u32 = 1;
export const GRADIENT_NOISE: u32 = 2;
export const GRADIENT_NORM: u32 = 3;
export const LOSS: u32 = 4;
export const MATMUL_BACKWARD_INPUT: u32 = 5;
export const MATMUL_BACKWARD_WEIGHT: u32 = 6;
export const MATMUL_FORWARD: u32 = 7;
export const PENALTY: u32 = 8;
export const RMSPROP_L2: u32 = 9;
export const SGD_L2: u32 = 10;
export const SOFTMAX: u32 = 11;

@unmanaged
export class Step {
  first_row: u32 = 0;
  rows: u32 = 0;
  source_rows: u32 = 0;
  shuffled: u32 = 0;
  iteration: u32 = 0;
  epoch: u32 = 0;
  rate_row: u32 = 0;
  metrics_row: u32 = 0;
}

@unmanaged
export class AdamL2Call {
  STATES: u32 = 0;
  HYPER_STRIDE: u32 = 0;
  PARAMETERS: u32 = 0;
  TENSORS: u32 = 0;
  CLIPPING: u32 = 0;
  RATE_ROWS: u32 = 0;
  AMSGRAD: u32 = 0;
  hyper: usize = 0;
  parameters: usize = 0;
  gradients: usize = 0;
  norms: usize = 0;
  state: usize = 0;
  rates: usize = 0;
  tensor_offsets: usize = 0;
}

@unmanaged
export class GatherCall {
  HYPER_STRIDE: u32 = 0;
  INPUT_STRIDE: u32 = 0;
  LABELS: u32 = 0;
  ROWS: u32 = 0;
  hyper: usize = 0;
  features: usize = 0;
  labels: usize = 0;
  batch_features: usize = 0;
  batch_labels: usize = 0;
  tensor_offsets: usize = 0;
}

@unmanaged
export class GradientNoiseCall {
  STATES: u32 = 0;
  AVERAGE: u32 = 0;
  OPTIMIZER: u32 = 0;
  HYPER_STRIDE: u32 = 0;
  PARAMETERS: u32 = 0;
  TRIALS: u32 = 0;
  TENSORS: u32 = 0;
  CLIPPING: u32 = 0;
  RATE_ROWS: u32 = 0;
  hyper: usize = 0;
  parameters: usize = 0;
  gradients: usize = 0;
  norms: usize = 0;
  state: usize = 0;
  rates: usize = 0;
  noise: usize = 0;
  tensor_offsets: usize = 0;
}

@unmanaged
export class GradientNormCall {
  HYPER_STRIDE: u32 = 0;
  PARAMETERS: u32 = 0;
  TENSORS: u32 = 0;
  hyper: usize = 0;
  parameters: usize = 0;
  gradients: usize = 0;
  norms: usize = 0;
  tensor_offsets: usize = 0;
}

@unmanaged
export class LossCall {
  HYPER_STRIDE: u32 = 0;
  LOSS: u32 = 0;
  UNITS: u32 = 0;
  UNIT_STRIDE: u32 = 0;
  LABELS: u32 = 0;
  ROWS: u32 = 0;
  TRIALS: u32 = 0;
  TENSORS: u32 = 0;
  CLASS_WEIGHTS: u32 = 0;
  CLASSES: u32 = 0;
  TRAINING: u32 = 0;
  hyper: usize = 0;
  outputs: usize = 0;
  batch_labels: usize = 0;
  penalties: usize = 0;
  deltas: usize = 0;
  metrics: usize = 0;
  tensor_offsets: usize = 0;
}

@unmanaged
export class MatmulBackwardInputCall {
  PARAMETERS: u32 = 0;
  KERNEL_OFFSET: u32 = 0;
  INPUTS: u32 = 0;
  INPUT_STRIDE: u32 = 0;
  UNITS: u32 = 0;
  UNIT_STRIDE: u32 = 0;
  ROWS: u32 = 0;
  parameters: usize = 0;
  next_deltas: usize = 0;
  deltas: usize = 0;
  tensor_offsets: usize = 0;
}

@unmanaged
export class MatmulBackwardWeightCall {
  PARAMETERS: u32 = 0;
  KERNEL_OFFSET: u32 = 0;
  INPUTS: u32 = 0;
  INPUT_STRIDE: u32 = 0;
  UNITS: u32 = 0;
  UNIT_STRIDE: u32 = 0;
  ROWS: u32 = 0;
  BIAS_OFFSET: u32 = 0;
  USE_BIAS: u32 = 0;
  inputs: usize = 0;
  deltas: usize = 0;
  gradients: usize = 0;
  tensor_offsets: usize = 0;
}

@unmanaged
export class MatmulForwardCall {
  ACTIVATION: u32 = 0;
  ACTIVATION_PARAMETER: f32 = 0;
  DROPOUT: u32 = 0;
  PARAMETERS: u32 = 0;
  KERNEL_OFFSET: u32 = 0;
  INPUTS: u32 = 0;
  INPUT_STRIDE: u32 = 0;
  UNITS: u32 = 0;
  UNIT_STRIDE: u32 = 0;
  ROWS: u32 = 0;
  BIAS_OFFSET: u32 = 0;
  HYPER_STRIDE: u32 = 0;
  DROPOUT_RATE: u32 = 0;
  LAYER: u32 = 0;
  TRAINING: u32 = 0;
  hyper: usize = 0;
  parameters: usize = 0;
  inputs: usize = 0;
  outputs: usize = 0;
  deltas: usize = 0;
  tensor_offsets: usize = 0;
}

@unmanaged
export class PenaltyCall {
  HYPER_STRIDE: u32 = 0;
  PARAMETERS: u32 = 0;
  TENSORS: u32 = 0;
  hyper: usize = 0;
  parameters: usize = 0;
  penalties: usize = 0;
  tensor_offsets: usize = 0;
}

@unmanaged
export class RmspropL2Call {
  STATES: u32 = 0;
  HYPER_STRIDE: u32 = 0;
  PARAMETERS: u32 = 0;
  TENSORS: u32 = 0;
  CLIPPING: u32 = 0;
  RATE_ROWS: u32 = 0;
  CENTERED: u32 = 0;
  hyper: usize = 0;
  parameters: usize = 0;
  gradients: usize = 0;
  norms: usize = 0;
  state: usize = 0;
  rates: usize = 0;
  tensor_offsets: usize = 0;
}

@unmanaged
export class SgdL2Call {
  STATES: u32 = 0;
  HYPER_STRIDE: u32 = 0;
  PARAMETERS: u32 = 0;
  TENSORS: u32 = 0;
  CLIPPING: u32 = 0;
  RATE_ROWS: u32 = 0;
  NESTEROV: u32 = 0;
  hyper: usize = 0;
  parameters: usize = 0;
  gradients: usize = 0;
  norms: usize = 0;
  state: usize = 0;
  rates: usize = 0;
  tensor_offsets: usize = 0;
}

@unmanaged
export class SoftmaxCall {
  UNITS: u32 = 0;
  UNIT_STRIDE: u32 = 0;
  ROWS: u32 = 0;
  outputs: usize = 0;
  tensor_offsets: usize = 0;
}
