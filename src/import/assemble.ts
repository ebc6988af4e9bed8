import { UsageError } from '../core/errors.ts';
import { type DenseOptions, dense, dropout, type Network, sequential } from '../model/network.ts';

/** A dense layer with its numbers. */
export interface WeightedLayer {
  /** What it is called where it comes from, for messages. */
  readonly name: string;
  readonly inputs: number;
  readonly units: number;
  /** Inputs x units, row-major. */
  readonly kernel: Float32Array;
  readonly bias?: Float32Array;
  readonly options: Omit<DenseOptions, 'useBias'>;
  /** Share of its outputs that training drops. */
  readonly dropout: number;
}

/** @throws UsageError where the rows of a kernel are not the units before it, or a softmax is not the last */
export function assembled(layers: readonly WeightedLayer[]): { network: Network; weights: Float32Array } {
  const [first] = layers;
  if (!first) throw new UsageError('the model must have at least one dense layer, got none');
  layers.forEach(({ name, inputs }, place) => {
    const before = layers[place - 1]?.units ?? inputs;
    if (inputs === before) return;
    throw new UsageError(
      `the kernel of ${name} must have ${before} rows, one for each unit before it, got ${inputs}; a kernel is inputs x units`,
    );
  });
  const network = sequential({
    inputs: first.inputs,
    layers: layers.flatMap(({ units, bias, options, dropout: rate }) => {
      const layer = dense(units, { ...options, useBias: bias !== undefined });
      return rate === 0 ? [layer] : [layer, dropout(rate)];
    }),
  });
  return {
    network,
    weights: Float32Array.from(layers.flatMap(({ kernel, bias = [] }) => [...kernel, ...bias])),
  };
}
