import type { Network } from '../../model/network.ts';
import type { Floats } from '../precision.ts';

/**
 * How the numbers of a network lie in memory, the same for all engines. Rows are padded to a multiple of four
 * floats, so that a GPU lane can load four at once; the padding always holds zeros.
 */
export interface LayerLayout {
  readonly inputs: number;
  readonly units: number;
  readonly useBias: boolean;
  /** Floats from one row of this layer's inputs (and outputs) to the next. */
  readonly inputStride: number;
  readonly unitStride: number;
  /** Where the kernel (inputStride rows of unitStride) and the bias (one row) start among a trial's parameters. */
  readonly kernelOffset: number;
  readonly biasOffset: number;
}

/** One weight tensor, in Keras's order: layer by layer, kernel then bias. */
export interface TensorLayout {
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
}

export interface ParameterLayout {
  readonly layers: readonly LayerLayout[];
  readonly tensors: readonly TensorLayout[];
  /** Floats of one trial's parameters with padding. */
  readonly size: number;
  /** Numbers in them that are trained. */
  readonly weights: number;
}

/** The next multiple of four. */
export function padded(length: number): number {
  return (length + 3) & ~3;
}

export function parameterLayout(network: Network): ParameterLayout {
  const layers: LayerLayout[] = [];
  const tensors: TensorLayout[] = [];
  let offset = 0;
  for (const { inputs, units, useBias } of network.layers) {
    const inputStride = padded(inputs);
    const unitStride = padded(units);
    const kernelOffset = offset;
    const biasOffset = offset + inputStride * unitStride;
    tensors.push({ offset: kernelOffset, rows: inputs, columns: units, stride: unitStride });
    // A layer without a bias keeps a row of zeros in its place, which no gradient ever reaches.
    if (useBias) tensors.push({ offset: biasOffset, rows: 1, columns: units, stride: unitStride });
    layers.push({ inputs, units, useBias, inputStride, unitStride, kernelOffset, biasOffset });
    offset = biasOffset + unitStride;
  }
  const weights = tensors.reduce((sum, tensor) => sum + tensor.rows * tensor.columns, 0);
  return { layers, tensors, size: offset, weights };
}

/** Copies weights (tensor after tensor, row-major, without padding) to where the layout wants them. */
export function packWeights(layout: ParameterLayout, weights: ArrayLike<number>, target: Float32Array): void {
  let source = 0;
  for (const { offset, rows, columns, stride } of layout.tensors) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        target[offset + row * stride + column] = weights[source++] as number;
      }
    }
  }
}

/** The inverse of `packWeights`. */
export function unpackWeights(layout: ParameterLayout, packed: ArrayLike<number>): Float32Array {
  const weights = new Float32Array(layout.weights);
  let target = 0;
  for (const { offset, rows, columns, stride } of layout.tensors) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        weights[target++] = packed[offset + row * stride + column] as number;
      }
    }
  }
  return weights;
}

/** A row-major matrix of `columns` with its rows padded with zeros to a multiple of four floats. */
export function padRows(values: ArrayLike<number>, columns: number): Float32Array<ArrayBuffer> {
  const stride = padded(columns);
  const rows = values.length / columns;
  const result = new Float32Array(rows * stride);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[row * stride + column] = values[row * columns + column] as number;
    }
  }
  return result;
}

/** The inverse of `padRows`: the first `columns` of each padded row, to the start of `target`. */
export function unpadRows(values: Floats, columns: number, target: Floats): void {
  const stride = padded(columns);
  const rows = values.length / stride;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      target[row * columns + column] = values[row * stride + column] as number;
    }
  }
}
