import type { Network } from '../../model/network.ts';
import { layerWeights } from '../layer-weights.ts';
import { addActivation, addOutputSigmoid } from './activations.ts';
import type { GraphBuilder } from './graph.ts';

/** Adds the layers of a network; dropout has no part in predictions. Returns the outputs' name. */
export function addNetwork(
  graph: GraphBuilder,
  features: string,
  network: Network,
  weights: Float32Array,
): string {
  let values = features;
  layerWeights(network, weights).forEach(({ layer, weights: own }, index, { length }) => {
    const { inputs, units, useBias, activation } = layer;
    const name = `dense_${index + 1}`;
    const kernel = graph.constant(`${name}.kernel`, own.subarray(0, inputs * units), [inputs, units]);
    const bias = useBias ? [graph.constant(`${name}.bias`, own.subarray(inputs * units))] : [];
    const z = graph.apply('Gemm', [values, kernel, ...bias]);
    const isProbability = activation.name === 'sigmoid' && index === length - 1;
    values = isProbability ? addOutputSigmoid(graph, z) : addActivation(graph, z, activation);
  });
  return values;
}
