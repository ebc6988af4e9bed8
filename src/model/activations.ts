import { finiteNumber, knownOptions, oneOf, shown, trueOrFalse } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';

/** The activations that any layer may have. */
export const hiddenActivations = [
  'linear',
  'relu',
  'leaky_relu',
  'elu',
  'selu',
  'gelu',
  'gelu_tanh',
  'silu',
  'softplus',
  'tanh',
  'sigmoid',
] as const;

const names = [...hiddenActivations, 'softmax'] as const;

/** Keras's activations; `gelu` is the exact one, `gelu_tanh` its approximation, `softmax` stands at the output only. */
export type ActivationName = (typeof names)[number];

/** An activation with its number, if it has one. */
export interface Activation {
  readonly name: ActivationName;
  /** Slope of leaky_relu below zero, alpha of elu; 0 where unused. */
  readonly parameter: number;
}

/** How activations may be given: by name (`swish` is silu), or with their parameter. */
export type ActivationSpec =
  | ActivationName
  | 'swish'
  | { readonly name: 'leaky_relu' /** Default 0.2. */; readonly negativeSlope?: number }
  | { readonly name: 'elu' /** Default 1. */; readonly alpha?: number }
  | {
      readonly name: 'gelu' /** Use the tanh approximation. Default false. */;
      readonly approximate?: boolean;
    }
  | Activation;

const defaultParameters: Partial<Record<ActivationName, number>> = { leaky_relu: 0.2, elu: 1 };

/** The option that Keras has for an activation, besides our own `parameter`. */
const kerasOptions: Partial<Record<ActivationName, string>> = {
  leaky_relu: 'negativeSlope',
  elu: 'alpha',
  gelu: 'approximate',
};

/** Resolves an activation. @throws UsageError for a name, option or parameter that does not exist */
export function activation(spec: ActivationSpec): Activation {
  if (typeof spec === 'string') {
    const name = spec === 'swish' ? 'silu' : oneOf('activation', spec, names);
    return { name, parameter: defaultParameters[name] ?? 0 };
  }
  const name = oneOf('activation', spec.name, names);
  const option = kerasOptions[name];
  knownOptions(`activation ${name}`, spec, ['name', 'parameter', ...(option ? [option] : [])]);
  if ('approximate' in spec && trueOrFalse('approximate', spec.approximate ?? false)) {
    return activation('gelu_tanh');
  }
  return { name, parameter: parameterOf(name, spec) };
}

function parameterOf(name: ActivationName, spec: Exclude<ActivationSpec, string>): number {
  const given = { negativeSlope: undefined, alpha: undefined, parameter: undefined, ...spec };
  const fallback = defaultParameters[name] ?? 0;
  const value = given.negativeSlope ?? given.alpha ?? given.parameter ?? fallback;
  if (!(name in defaultParameters) && value !== 0) {
    throw new UsageError(`parameter must be 0 for activation ${name}, which has none, got ${shown(value)}`);
  }
  return finiteNumber(`parameter of activation ${name}`, value);
}
