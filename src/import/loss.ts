import { type Loss, loss } from '../model/losses.ts';
import type { Network } from '../model/network.ts';

/** The loss of a model of which nothing but the network is known. */
export function lossOfOutput({ layers }: Network): Loss {
  const name = layers.at(-1)?.activation.name;
  if (name === 'softmax') return loss('categorical_crossentropy');
  return loss(name === 'sigmoid' ? 'binary_crossentropy' : 'mean_squared_error');
}

/** The loss of a network that ends in logits. */
export function lossOfLogits({ layers }: Network): Loss {
  return loss(layers.at(-1)?.units === 1 ? 'binary_crossentropy' : 'categorical_crossentropy');
}
