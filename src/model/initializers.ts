import { finiteNumber, knownOptions, oneOf, shown, wholeNumber } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import { streams, threefry, unitInterval, type WordPair } from '../core/threefry.ts';
import type { DenseLayer, Network } from './network.ts';

const names = [
  'glorot_uniform',
  'glorot_normal',
  'he_uniform',
  'he_normal',
  'lecun_uniform',
  'lecun_normal',
  'zeros',
  'ones',
] as const;

/** Keras's initialisers by name. */
export type InitializerName = (typeof names)[number];

/** An initialiser by name, or the very numbers of the tensor (a kernel row-major, inputs x units). */
export type Initializer = InitializerName | { readonly values: ArrayLike<number> };

/** Checks an initialiser. @throws UsageError for an unknown name, or values that are not finite */
export function initializer(spec: Initializer): Initializer {
  if (typeof spec === 'string') return oneOf('initializer', spec, names);
  knownOptions('initializer', spec, ['values']);
  if (!Array.isArray(spec.values) && !ArrayBuffer.isView(spec.values)) {
    throw new UsageError(`initializer values must be a list of numbers, got ${shown(spec.values)}`);
  }
  // A plain array, so that a network is plain data and can be stored as JSON.
  return { values: Array.from(spec.values, (value, i) => finiteNumber(`initializer values[${i}]`, value)) };
}

/**
 * The weights a network starts with: layer by layer kernel (inputs x units, row-major), then bias. Every number
 * depends only on the seed and on its place, so that a trial's weights are the same in any company.
 *
 * @param seed a whole number from 0 to 2^32 - 1
 * @throws UsageError for another seed, or when given values do not fit their tensor
 */
export function initialWeights(network: Network, seed: number): Float32Array {
  wholeNumber('seed', seed, 0, 0xffffffff);
  const tensors = network.layers.flatMap((layer, index) => layerTensors(layer, index, seed));
  const weights = new Float32Array(tensors.reduce((sum, values) => sum + values.length, 0));
  let offset = 0;
  for (const values of tensors) {
    weights.set(values, offset);
    offset += values.length;
  }
  return weights;
}

/** Tensors count 2 a layer whether or not there is a bias, so that a bias changes no other tensor's numbers. */
function layerTensors(layer: DenseLayer, index: number, seed: number): ArrayLike<number>[] {
  const { inputs, units } = layer;
  const kernel = { fanIn: inputs, fanOut: units, length: inputs * units, key: tensorKey(seed, 2 * index) };
  const bias = { fanIn: units, fanOut: units, length: units, key: tensorKey(seed, 2 * index + 1) };
  const tensors = [tensor(`kernelInitializer of layer ${index + 1}`, layer.kernelInitializer, kernel)];
  if (layer.useBias)
    tensors.push(tensor(`biasInitializer of layer ${index + 1}`, layer.biasInitializer, bias));
  return tensors;
}

/** What a tensor's numbers depend on; Keras counts the units as both fans of a bias. */
interface Place {
  readonly fanIn: number;
  readonly fanOut: number;
  readonly length: number;
  readonly key: WordPair;
}

function tensor(name: string, spec: Initializer, { fanIn, fanOut, length, key }: Place): ArrayLike<number> {
  if (typeof spec !== 'string') {
    if (spec.values.length === length) return spec.values;
    throw new UsageError(`${name} must have ${length} values, got ${spec.values.length}`);
  }
  if (spec === 'zeros' || spec === 'ones') return new Float32Array(length).fill(spec === 'ones' ? 1 : 0);
  const deviation = Math.sqrt(variance(spec, fanIn, fanOut));
  const draw = spec.endsWith('uniform') ? uniform : truncatedNormal;
  return Float32Array.from({ length }, (_, index) => deviation * draw(key, index));
}

/** Keras's VarianceScaling: 1 over the mean of the fans (glorot), 2 over the fan-in (he), 1 over the fan-in (lecun). */
function variance(name: InitializerName, fanIn: number, fanOut: number): number {
  if (name.startsWith('glorot')) return 2 / (fanIn + fanOut);
  return (name.startsWith('he') ? 2 : 1) / fanIn;
}

/** Uniform with variance 1: within the square root of 3. */
function uniform(key: WordPair, index: number): number {
  const [word] = threefry(key, [index, 0]);
  return Math.sqrt(3) * (2 * unitInterval(word) - 1);
}

/** Standard deviation that a standard normal has when cut off at 2; Keras divides by it to keep the variance. */
const truncatedDeviation = 0.87962566103423978;

/** A normal variate (Box and Muller) drawn again while beyond 2 deviations, scaled back to variance 1. */
function truncatedNormal(key: WordPair, index: number): number {
  for (let attempt = 0; ; attempt++) {
    const [a, b] = threefry(key, [index, attempt]);
    const radius = Math.sqrt(-2 * Math.log(1 - unitInterval(a)));
    const value = radius * Math.cos(2 * Math.PI * unitInterval(b));
    if (Math.abs(value) <= 2) return value / truncatedDeviation;
  }
}

/** The stream's number stands in the lowest byte, the tensor's above it: both words of the counter are taken. */
function tensorKey(seed: number, tensorIndex: number): WordPair {
  return [seed, streams.initialWeights + tensorIndex * 256];
}
