import { UsageError } from '../../core/errors.ts';
import type { StandardScalerData } from '../../data/standard-scaler.ts';
import type { Activation } from '../../model/activations.ts';
import type { Initializer } from '../../model/initializers.ts';
import type { DenseLayer, Network } from '../../model/network.ts';
import type { Penalty } from '../../model/regularizers.ts';
import type { Hdf5Dataset } from './hdf5.ts';

/** A layer as Keras keeps it: its class, its configuration, and its variables in Keras's order. */
export interface KerasLayer {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Sizes of the rows that come in; Keras makes the variables from them. */
  readonly inputs: number;
  readonly variables: readonly Hdf5Dataset[];
  /** Whether training changes the variables. */
  readonly trained: boolean;
}

/**
 * The layers of Keras that compute what a network computes, from a standardising layer on.
 *
 * @param weights the network's, layer by layer kernel, then bias
 * @param scaler standardises the rows where there is one; in double precision, as Shoal does
 * @throws UsageError for what no layer of Keras does
 */
export function kerasLayers(
  network: Network,
  weights: Float32Array,
  scaler: StandardScalerData | undefined,
): KerasLayer[] {
  const layers = scaler ? [normalization(scaler)] : [];
  let at = 0;
  network.layers.forEach((layer, index) => {
    const take = (...shape: number[]) => {
      const values = weights.slice(at, at + shape.reduce((product, size) => product * size, 1));
      at += values.length;
      return { shape, values };
    };
    const kernel = take(layer.inputs, layer.units);
    const variables = layer.useBias ? [kernel, take(layer.units)] : [kernel];
    const name = index === network.layers.length - 1 ? 'output' : `hidden_${index + 1}`;
    layers.push(...denseLayers(name, layer, variables));
  });
  return layers;
}

/** In the form that has learned mean and variance: Keras rounds those in the configuration to single precision. */
function normalization({ mean, scale }: StandardScalerData): KerasLayer {
  checkScales(scale);
  const config = {
    name: 'standardise',
    dtype: 'float64',
    axis: [-1],
    invert: false,
    mean: null,
    variance: null,
  };
  const doubles = (values: readonly number[]) => ({
    shape: [values.length],
    values: Float64Array.from(values),
  });
  const count = { shape: [], values: new Int32Array(1) };
  const variance = scale.map((deviation) => deviation ** 2);
  const variables = [doubles(mean), doubles(variance), count];
  return { className: 'Normalization', config, inputs: mean.length, variables, trained: false };
}

/** Keras divides by no less than its epsilon. */
const leastScale = 1e-7;

function checkScales(scale: readonly number[]): void {
  const column = scale.findIndex((deviation) => deviation < leastScale);
  if (column < 0) return;
  throw new UsageError(
    `the standard deviation of feature ${column + 1} must be at least ${leastScale} for Keras, got ${scale[column]}; give the column in a smaller unit and train again`,
  );
}

function denseLayers(name: string, layer: DenseLayer, variables: readonly Hdf5Dataset[]): KerasLayer[] {
  const { inputs, units, useBias } = layer;
  const { name: inDense, after } = kerasActivation(layer.activation);
  const config = {
    name,
    dtype: 'float32',
    units,
    activation: inDense,
    use_bias: useBias,
    kernel_initializer: initializer(layer.kernelInitializer),
    bias_initializer: initializer(layer.biasInitializer),
    kernel_regularizer: regularizer(layer.kernelPenalty),
    bias_regularizer: regularizer(layer.biasPenalty),
  };
  const without = (className: string, settings: object) => {
    const named = { name: `${name}_${className.toLowerCase()}`, dtype: 'float32', ...settings };
    return { className, config: named, inputs: units, variables: [], trained: false };
  };
  return [
    { className: 'Dense', config, inputs, variables, trained: true },
    ...(after ? [without(after.className, after.config)] : []),
    ...(layer.dropout > 0 ? [without('Dropout', { rate: layer.dropout })] : []),
  ];
}

interface KerasActivation {
  /** What the dense layer has. */
  readonly name: string | object;
  /** The layer behind it that has a parameter. */
  readonly after?: { readonly className: string; readonly config: object };
}

function kerasActivation({ name, parameter }: Activation): KerasActivation {
  switch (name) {
    case 'leaky_relu':
      checkSlope(parameter);
      return { name: 'linear', after: { className: 'LeakyReLU', config: { negative_slope: parameter } } };
    case 'elu':
      return { name: 'linear', after: { className: 'ELU', config: { alpha: parameter } } };
    case 'gelu_tanh':
      return { name: approximateGelu };
    default:
      return { name };
  }
}

/** Keras's name `gelu` means the exact one; the other is an operation. */
const approximateGelu = {
  module: 'keras.src.ops.nn',
  class_name: 'Gelu',
  config: { approximate: true },
  registered_name: 'Gelu',
};

function checkSlope(slope: number): void {
  if (slope >= 0) return;
  throw new UsageError(
    `the slope of leaky_relu must be at least 0 for Keras, got ${slope}; use ONNX for this model`,
  );
}

/** Such as GlorotUniform; given values were only a beginning. */
function initializer(spec: Initializer): object {
  const name = typeof spec === 'string' ? spec : 'glorot_uniform';
  const words = name.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return builtIn('keras.initializers', words.join(''), {});
}

function regularizer({ l1, l2 }: Penalty): object | null {
  return l1 === 0 && l2 === 0 ? null : builtIn('keras.regularizers', 'L1L2', { l1, l2 });
}

/** An object of Keras's own as its configuration files have it. */
export function builtIn(module: string, className: string, config: object): object {
  return { module, class_name: className, config, registered_name: null };
}
