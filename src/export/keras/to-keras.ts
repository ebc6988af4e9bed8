import type { Preprocessing } from '../../data/table/prepare-table.ts';
import { outputNetwork } from '../../train/trained-model.ts';
import type { SavedModel } from '../saved-model.ts';
import { kerasArchive } from './archive.ts';
import { kerasTraining } from './compile.ts';
import { kerasLayers } from './layers.ts';

/**
 * A model as a `.keras` archive, which Keras 3 opens with `keras.models.load_model`. It takes rows of numbers: raw ones
 * in the order of `features`, categories one-hot, and gives what `predict` gives.
 *
 * @throws UsageError for what Keras has no layer for: a slope of leaky_relu below zero, a deviation below 1e-7
 */
export function toKeras(saved: SavedModel): Uint8Array {
  const { model } = saved;
  const network = outputNetwork(model);
  const scaler = model.preprocessing?.preprocessor.toJSON().scaler;
  const layers = kerasLayers(network, model.weights, scaler);
  const trained = layers.filter((layer) => layer.trained).flatMap(({ variables }) => variables);
  return kerasArchive({
    inputs: network.inputs,
    inputType: scaler ? 'float64' : 'float32',
    layers,
    training: kerasTraining(saved, trained),
    notes: notesOf(saved),
  });
}

/** What the numbers mean, for people and for `shoal import`. */
export interface KerasNotes {
  readonly createdBy: string;
  /** Names of the inputs in their order; `column=category` where a category is one-hot. */
  readonly features?: readonly string[];
  readonly preprocessing?: {
    readonly missing: string;
    readonly columns: readonly object[];
    readonly target: Preprocessing['target'];
  };
}

function notesOf({ model, origin }: SavedModel): KerasNotes {
  const { createdBy, data, scores } = origin;
  const notes = { createdBy, ...(data && { data }), ...(scores && { scores }) };
  if (!model.preprocessing) return notes;
  const { preprocessor, target } = model.preprocessing;
  const { missing, columns } = preprocessor.toJSON();
  return { ...notes, features: preprocessor.featureNames, preprocessing: { missing, columns, target } };
}
