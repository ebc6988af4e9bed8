import { shown } from '../../core/check.ts';
import { UsageError } from '../../core/errors.ts';
import type { ActivationSpec } from '../../model/activations.ts';

/** Keras's functions by name. */
const functions: Readonly<Record<string, ActivationSpec>> = {
  linear: 'linear',
  relu: 'relu',
  leaky_relu: 'leaky_relu',
  elu: 'elu',
  selu: 'selu',
  gelu: 'gelu',
  silu: 'silu',
  swish: 'silu',
  softplus: 'softplus',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  softmax: 'softmax',
};

type Config = Readonly<Record<string, unknown>>;

/** Layers and operations that are activations, with the settings that Shoal knows. */
const classes: Readonly<Record<string, (config: Config) => ActivationSpec | undefined>> = {
  Activation: ({ activation }) => kerasActivation('Activation', activation),
  LeakyReLU: ({ negative_slope = 0.3, alpha = negative_slope }) => leaky(alpha),
  LeakyRelu: ({ negative_slope = 0.2 }) => leaky(negative_slope),
  ELU: ({ alpha = 1 }) => (typeof alpha === 'number' ? { name: 'elu', alpha } : undefined),
  Elu: ({ alpha = 1 }) => (typeof alpha === 'number' ? { name: 'elu', alpha } : undefined),
  Gelu: ({ approximate = true }) => ({ name: 'gelu', approximate: approximate === true }),
  Softmax: ({ axis = -1 }) => (axis === -1 || axis === 1 ? 'softmax' : undefined),
  ReLU: ({ max_value = null, negative_slope = 0, threshold = 0 }) => {
    if (max_value !== null || threshold !== 0) return undefined;
    return negative_slope === 0 ? 'relu' : leaky(negative_slope);
  },
};

const leaky = (slope: unknown): ActivationSpec | undefined =>
  typeof slope === 'number' ? { name: 'leaky_relu', negativeSlope: slope } : undefined;

/** The activation of a layer of the class. @throws UsageError for settings that Shoal does not have */
export function activationOfClass(layer: string, className: string, config: Config): ActivationSpec {
  const found = Object.hasOwn(classes, className) ? classes[className]?.(config) : undefined;
  if (found !== undefined) return found;
  throw unsupported(layer, `${className} ${JSON.stringify(config)}`);
}

/** What a layer has as `activation`. @throws UsageError for one that Shoal does not have */
export function kerasActivation(layer: string, value: unknown): ActivationSpec {
  if (value === null || value === undefined) return 'linear';
  if (typeof value === 'string') {
    const found = Object.hasOwn(functions, value) ? functions[value] : undefined;
    if (found !== undefined) return found;
    throw unsupported(layer, shown(value));
  }
  const { class_name, config } = value as { class_name?: unknown; config?: unknown };
  if (class_name === 'function') return kerasActivation(layer, config);
  return activationOfClass(layer, String(class_name), (config ?? {}) as Config);
}

const unsupported = (layer: string, what: string) =>
  new UsageError(
    `the activation of layer ${layer} must be one of ${Object.keys(functions).join(', ')}, got ${what.slice(0, 200)}`,
  );
