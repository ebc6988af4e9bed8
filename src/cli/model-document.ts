import type { TrainedModel } from '../train/trained-model.ts';
import { schemaVersion } from './json.ts';

/** A trained model as plain data: everything that a prediction from raw rows needs, and how it was trained. */
export function modelDocument({ network, loss, weights, history, preprocessing }: TrainedModel): object {
  return {
    schemaVersion,
    kind: 'shoal-model',
    network,
    loss,
    weights: Array.from(weights),
    ...preprocessing,
    history,
  };
}
