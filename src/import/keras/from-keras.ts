import type { PreprocessorData } from '../../data/table/preprocessor.ts';
import { type Loss, loss } from '../../model/losses.ts';
import type { Network } from '../../model/network.ts';
import { assembled } from '../assemble.ts';
import type { ForeignModel } from '../foreign-model.ts';
import { lossOfLogits, lossOfOutput } from '../loss.ts';
import { type KerasFiles, parsedJson, unpackKeras } from './archive.ts';
import { configuredLayers, object } from './config.ts';
import { readLayers } from './layers.ts';
import { openWeights } from './weights.ts';

/** A model from the bytes of a `.keras` file. @throws UsageError for layers or settings that Shoal does not have */
export function fromKeras(archive: Uint8Array): ForeignModel {
  return fromFiles(unpackKeras(archive));
}

/**
 * A model from its configuration (`model.to_json()`) and its weights (`model.save_weights('model.weights.h5')`).
 * @throws UsageError as `fromKeras`
 */
export function fromKerasJson(config: string, weights: Uint8Array): ForeignModel {
  return fromFiles({ config: parsedJson('the configuration', config), weights });
}

function fromFiles({ config, weights, metadata }: KerasFiles): ForeignModel {
  const { layers, scaler, remarks } = readLayers(configuredLayers(config), openWeights(weights));
  const model = assembled(layers);
  const found = lossFound(object('config.json', config).compile_config, model.network);
  return {
    ...model,
    loss: found.loss,
    ...(scaler && { scaler }),
    ...notesOf(metadata),
    remarks: [...remarks, ...found.remarks],
  };
}

/** Losses by Keras's names, of functions and classes. */
const losses: Readonly<Record<string, Loss['name']>> = {
  binary_crossentropy: 'binary_crossentropy',
  BinaryCrossentropy: 'binary_crossentropy',
  categorical_crossentropy: 'categorical_crossentropy',
  CategoricalCrossentropy: 'categorical_crossentropy',
  sparse_categorical_crossentropy: 'categorical_crossentropy',
  SparseCategoricalCrossentropy: 'categorical_crossentropy',
};

interface FoundLoss {
  readonly loss: Loss;
  readonly remarks: readonly string[];
}

/** What it was compiled with says whether a linear output means logits; otherwise the output tells. */
function lossFound(compileConfig: unknown, network: Network): FoundLoss {
  const { loss: stored } = (compileConfig ?? {}) as { loss?: unknown };
  const { class_name: name = stored, config = {} } = (stored ?? {}) as {
    class_name?: unknown;
    config?: object;
  };
  const settings = config as { from_logits?: unknown; label_smoothing?: unknown };
  const smoothing = typeof settings.label_smoothing === 'number' ? settings.label_smoothing : 0;
  const known = Object.hasOwn(losses, String(name)) ? losses[String(name)] : undefined;
  if (known === undefined) return { loss: lossOfOutput(network), remarks: [] };
  if (settings.from_logits !== true) {
    const usual = lossOfOutput(network);
    return {
      loss: usual.name === known ? loss({ name: known, labelSmoothing: smoothing }) : usual,
      remarks: [],
    };
  }
  const remarks = ['its outputs are logits in Keras; predictions are probabilities here'];
  return { loss: loss({ name: lossOfLogits(network).name, labelSmoothing: smoothing }), remarks };
}

/** What Shoal wrote beside the model, if it did. */
function notesOf(metadata: unknown): Pick<ForeignModel, 'source'> & Partial<ForeignModel> {
  const { keras_version: version, shoal } = (metadata ?? {}) as { keras_version?: unknown; shoal?: unknown };
  const source = typeof version === 'string' ? `Keras ${version}` : 'Keras';
  if (typeof shoal !== 'object' || shoal === null) return { source };
  const { createdBy, preprocessing } = shoal as { createdBy?: unknown; preprocessing?: unknown };
  const notes = { source: `${createdBy}` };
  if (typeof preprocessing !== 'object' || preprocessing === null) return notes;
  const { missing, columns, target } = preprocessing as Omit<PreprocessorData, 'scaler'> & {
    target?: { name: string; labels: string[] };
  };
  return {
    ...notes,
    preprocessing: { missing, columns },
    ...(target && { target: target.name, labels: target.labels }),
  };
}
