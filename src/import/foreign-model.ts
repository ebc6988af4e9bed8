import { shown } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import type { StandardScalerData } from '../data/standard-scaler.ts';
import type { Preprocessing } from '../data/table/prepare-table.ts';
import { preprocessingFromJson } from '../data/table/preprocessing-json.ts';
import type { PreprocessorData } from '../data/table/preprocessor.ts';
import type { Target, Task } from '../data/table/target.ts';
import type { SavedModel } from '../export/saved-model.ts';
import { checkLossFits, type Loss } from '../model/losses.ts';
import type { Network } from '../model/network.ts';

/** What another tool's file says of a model. */
export interface ForeignModel {
  readonly network: Network;
  /** Layer by layer kernel, then bias. */
  readonly weights: Float32Array;
  readonly loss: Loss;
  /** Such as `Keras 3.15.1`. */
  readonly source: string;
  /** What standardises the inputs: (x - mean) / scale. */
  readonly scaler?: Scaler;
  /** Names of the inputs. */
  readonly features?: readonly string[];
  /** Names of the classes in the order of their indices. */
  readonly labels?: readonly string[];
  /** Name of the column that is predicted. */
  readonly target?: string;
  /** The preprocessing as Shoal itself wrote it, but for the scaler. */
  readonly preprocessing?: Omit<PreprocessorData, 'schemaVersion' | 'scaler'>;
  /** What the model does otherwise here than there, for people. */
  readonly remarks: readonly string[];
}

export interface Scaler {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
}

/** Names that a file does not have, or that are to stand in place of its own. */
export interface ModelNames {
  /** Columns of the tables that it reads, in the order of its inputs. */
  readonly features?: readonly string[];
  /** The column that it predicts. */
  readonly target?: string;
  /** Its classes in the order of their indices. */
  readonly labels?: readonly string[];
}

/** A model from another tool, ready to be saved, and what there is to say of it. */
export interface ImportedModel {
  readonly saved: SavedModel;
  readonly remarks: readonly string[];
}

/**
 * Gives a model the preprocessing with which it reads tables.
 * @throws UsageError for names that do not fit its inputs or outputs
 */
export function importedModel(foreign: ForeignModel, names: ModelNames = {}): ImportedModel {
  const { network, weights, loss, source } = foreign;
  checkLossFits(network, loss);
  const preprocessing = preprocessingOf(foreign, names);
  const history = { epochs: 0, metrics: {} };
  return {
    saved: { model: { network, loss, weights, history, preprocessing }, origin: { createdBy: source } },
    remarks: [...foreign.remarks, ...missingNames(foreign, names)],
  };
}

function missingNames(foreign: ForeignModel, names: ModelNames): string[] {
  const { features, preprocessing, target, loss, labels } = foreign;
  const isClassifier = loss.name !== 'mean_squared_error';
  return [
    ...(features || preprocessing || names.features
      ? []
      : ['the file does not name its inputs: they are x0, x1, ... here; name them with --features']),
    ...(target || names.target
      ? []
      : ['the file does not name what it predicts: it is "target" here; name it with --target']),
    ...(labels || names.labels || !isClassifier
      ? []
      : ['the file does not name its classes: they are 0, 1, ... here; name them with --labels']),
  ];
}

function preprocessingOf(foreign: ForeignModel, names: ModelNames): Preprocessing {
  const scaler = scalerOf(foreign);
  const preprocessor = { schemaVersion: 1, ...columnsOf(foreign, names), scaler };
  return preprocessingFromJson({ preprocessor, target: targetOf(foreign, names) });
}

function columnsOf(
  { network, features, preprocessing }: ForeignModel,
  names: ModelNames,
): Omit<PreprocessorData, 'schemaVersion' | 'scaler'> {
  if (preprocessing && !names.features) return preprocessing;
  if (preprocessing) {
    throw new UsageError('--features must be left out for a file of Shoal, which names its columns');
  }
  const given =
    names.features ?? features ?? Array.from({ length: network.inputs }, (_, place) => `x${place}`);
  if (given.length !== network.inputs) {
    throw new UsageError(
      `the features must be ${network.inputs} names, one for each input, got ${given.length}`,
    );
  }
  return { missing: 'error', columns: given.map((name) => ({ kind: 'numeric', name, fill: null })) };
}

function scalerOf({ network, scaler }: ForeignModel): StandardScalerData {
  const all = (value: number) => Array.from({ length: network.inputs }, () => value);
  const { mean, scale } = scaler ?? { mean: all(0), scale: all(1) };
  for (const [name, values] of Object.entries({ mean, scale })) {
    if (values.length === network.inputs) continue;
    throw new UsageError(
      `the scaler's ${name} must be ${network.inputs} numbers, one for each input, got ${values.length}`,
    );
  }
  return { mean, scale, variance: scale.map((deviation) => deviation ** 2), samplesSeen: 1 };
}

function targetOf(foreign: ForeignModel, names: ModelNames): Target {
  const name = names.target ?? foreign.target ?? 'target';
  const task = taskOf(foreign);
  const given = names.labels ?? foreign.labels;
  if (task === 'regression') {
    if (!given || given.length === 0) return { name, task, labels: [] };
    throw new UsageError(`the labels must be left out for a regression, got ${shown(given.join())}`);
  }
  const classes = task === 'binary' ? 2 : outputsOf(foreign.network);
  const labels = given ?? Array.from({ length: classes }, (_, label) => String(label));
  if (labels.length === classes) return { name, task, labels };
  throw new UsageError(`the labels must be ${classes}, one for each class, got ${labels.length}`);
}

function taskOf({ loss, network }: ForeignModel): Task {
  const outputs = outputsOf(network);
  if (loss.name === 'categorical_crossentropy') return 'multiclass';
  if (outputs === 1) return loss.name === 'binary_crossentropy' ? 'binary' : 'regression';
  throw new UsageError(
    `a model without softmax must have one output, got ${outputs}; a table has one column to predict`,
  );
}

const outputsOf = ({ layers }: Network) => layers.at(-1)?.units ?? 0;
