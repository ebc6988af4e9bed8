import { plainObject, shown } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import { type Loss, type LossSpec, loss } from './losses.ts';
import { type DenseLayer, dense, dropout, type Layer, type Network, sequential } from './network.ts';
import { type Optimizer, type OptimizerSpec, optimizer } from './optimizers.ts';

/*
 * Networks, optimisers and losses are plain data: JSON.stringify stores them, and these functions check what a file
 * holds and take it back. An optimiser whose schedule is a function cannot be stored (JSON.stringify throws).
 */

/** A network from parsed JSON. @throws UsageError that names what is missing, unknown or out of range */
export function networkFromJson(value: unknown): Network {
  const { inputs, layers } = plainObject<Network>('network', value, ['inputs', 'layers']);
  if (!Array.isArray(layers)) throw new UsageError(`network.layers must be a list, got ${shown(layers)}`);
  const stored = layers.map((layer, index) =>
    plainObject<DenseLayer>(`network.layers[${index}]`, layer, layerFields),
  );
  const network = sequential({ inputs, layers: stored.flatMap(layersOf) });
  network.layers.forEach((layer, index) => {
    const given = stored[index]?.inputs;
    if (given === layer.inputs) return;
    throw new UsageError(
      `network.layers[${index}].inputs must be the ${layer.inputs} outputs before it, got ${shown(given)}`,
    );
  });
  return network;
}

/** An optimiser from parsed JSON. @throws UsageError that names what is unknown or out of range */
export function optimizerFromJson(value: unknown): Optimizer {
  return optimizer(typeof value === 'string' ? (value as OptimizerSpec) : plainObject('optimizer', value));
}

/** A loss from parsed JSON. @throws UsageError that names what is unknown or out of range */
export function lossFromJson(value: unknown): Loss {
  return loss(typeof value === 'string' ? (value as LossSpec) : plainObject('loss', value));
}

const layerFields = [
  'inputs',
  'units',
  'activation',
  'useBias',
  'kernelInitializer',
  'biasInitializer',
  'kernelPenalty',
  'biasPenalty',
  'dropout',
] as const;

function layersOf(stored: DenseLayer): Layer[] {
  const { inputs: _, units, kernelPenalty, biasPenalty, dropout: rate, ...options } = stored;
  const layer = dense(units, { ...options, kernelRegularizer: kernelPenalty, biasRegularizer: biasPenalty });
  return rate === 0 ? [layer] : [layer, dropout(rate)];
}
