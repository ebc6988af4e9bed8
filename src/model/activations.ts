export type ActivationName =
  | 'linear'
  | 'relu'
  | 'leaky_relu'
  | 'elu'
  | 'selu'
  | 'gelu'
  | 'gelu_tanh'
  | 'silu'
  | 'softplus'
  | 'tanh'
  | 'sigmoid'
  | 'softmax';
export interface Activation {
  readonly name: ActivationName;
  readonly parameter: number;
}
export function activation(spec: ActivationName): Activation {
  return { name: spec, parameter: spec === 'leaky_relu' ? 0.2 : spec === 'elu' ? 1 : 0 };
}
