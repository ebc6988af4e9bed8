import { shown } from '../../core/check.ts';
import { UsageError } from '../../core/errors.ts';
import type { ConfiguredLayer } from './config.ts';

/** Settings that each class of layers may have; those of `ignored` act while it trains only. */
const settings: Readonly<Record<string, readonly string[]>> = {
  InputLayer: ['batch_shape', 'batch_input_shape', 'sparse', 'ragged', 'optional'],
  Normalization: ['axis', 'mean', 'variance', 'invert'],
  Dense: ['units', 'activation', 'use_bias', 'kernel_regularizer', 'bias_regularizer'],
  Dropout: ['rate', 'seed', 'noise_shape'],
  Activation: ['activation'],
  ReLU: ['max_value', 'negative_slope', 'threshold'],
  LeakyReLU: ['negative_slope', 'alpha'],
  ELU: ['alpha'],
  Softmax: ['axis'],
};
const shared = ['name', 'trainable', 'dtype'];
const ignored = ['kernel_initializer', 'bias_initializer', 'kernel_constraint', 'bias_constraint'];

/** @throws UsageError for a class, a precision or a setting that Shoal's networks do not have */
export function checkSettings(layer: ConfiguredLayer): void {
  const { className, name, config } = layer;
  const known = Object.hasOwn(settings, className) ? settings[className] : undefined;
  if (!known) {
    throw new UsageError(
      `layer ${name} must be one of ${Object.keys(settings).join(', ')}, got ${shown(className)}; only chains of these can be imported`,
    );
  }
  checkPrecision(name, config.dtype);
  if (className === 'InputLayer') checkInput(layer);
  const all = [...shared, ...ignored, ...known];
  for (const [key, value] of Object.entries(config)) {
    if (all.includes(key) || value === null || value === false) continue;
    throw new UsageError(
      `layer ${name} (${className}) must have settings from ${all.join(', ')}, got ${shown(key)}`,
    );
  }
}

/** A policy by name or as an object; older versions write the name alone. */
function checkPrecision(layer: string, dtype: unknown): void {
  const policy =
    typeof dtype === 'object' && dtype !== null ? (dtype as { config?: { name?: unknown } }) : undefined;
  const name = policy ? policy.config?.name : dtype;
  if (name === undefined || name === null || name === 'float32' || name === 'float64') return;
  throw new UsageError(`layer ${layer} must compute in float32 or float64, got ${shown(name)}`);
}

function checkInput({ name, config }: ConfiguredLayer): void {
  const shape = config.batch_shape ?? config.batch_input_shape;
  if (Array.isArray(shape) && shape.length === 2) return;
  throw new UsageError(
    `layer ${name} must take rows of numbers, got the shape ${shown(JSON.stringify(shape))}`,
  );
}
