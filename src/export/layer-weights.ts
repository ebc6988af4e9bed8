import { countLayerWeights, type DenseLayer, type Network } from '../model/network.ts';

/** A layer with its own weights: kernel (inputs x units, row-major), then bias if it has one. */
export interface LayerWeights {
  readonly layer: DenseLayer;
  readonly weights: Float32Array;
}

/** The weights of a model, layer by layer. */
export function layerWeights({ layers }: Network, weights: Float32Array): LayerWeights[] {
  let end = 0;
  return layers.map((layer) => {
    const start = end;
    end += countLayerWeights(layer);
    return { layer, weights: weights.subarray(start, end) };
  });
}
