import { UsageError } from '../core/errors.ts';
import type { PreparedTable } from '../data/table/prepare-table.ts';
import type { ActivationName } from '../model/activations.ts';
import type { LossSpec } from '../model/losses.ts';
import { mlp } from '../model/network.ts';
import { adam, adamw, type Optimizer, rmsprop, sgd } from '../model/optimizers.ts';
import { type Callback, earlyStopping, reduceLROnPlateau } from '../train/callbacks.ts';
import { prepareSettings, readPrepared, type TableOptions } from './table-options.ts';
import type { Assignment } from './train.ts';

/** The options of `shoal train` that describe the training. */
export interface TableTrainOptions extends TableOptions {
  readonly hidden: number[];
  readonly activation: string;
  readonly dropout: number;
  readonly l1: number;
  readonly l2: number;
  readonly optimizer: 'adam' | 'adamw' | 'sgd' | 'rmsprop';
  readonly learningRate?: number;
  readonly weightDecay?: number;
  readonly momentum?: number;
  readonly clipnorm?: number;
  readonly labelSmoothing: number;
  readonly classWeight?: string;
  readonly epochs: number;
  readonly batchSize: number | 'auto';
  readonly maxBatchSize: number;
  readonly shuffle: boolean;
  readonly reduceLr?: number;
  readonly earlyStopping?: number;
  readonly seed: number;
}

/** Reads and prepares a table, and turns the options into a training. */
export async function tableTraining(path: string, options: TableTrainOptions): Promise<Assignment> {
  const { prepared, remarks } = await readPrepared(path, prepareSettings(options));
  const { target, preprocessor, training, validation } = prepared;
  return {
    network: tableNetwork(prepared, options),
    training,
    validation,
    options: {
      loss: tableLoss(prepared, options),
      optimizer: tableOptimizer(options),
      epochs: options.epochs,
      batchSize: options.batchSize,
      maxBatchSize: options.maxBatchSize,
      shuffle: options.shuffle,
      seed: options.seed,
      callbacks: tableCallbacks(options),
      preprocessing: { preprocessor, target },
      ...(options.classWeight !== undefined && { classWeight: classWeights(options.classWeight, prepared) }),
    },
    remarks,
    table: prepared,
  };
}

const outputActivations = { binary: 'sigmoid', multiclass: 'softmax', regression: 'linear' } as const;

function tableNetwork(
  { target, preprocessor }: PreparedTable,
  { hidden, activation, dropout, l1, l2 }: TableTrainOptions,
) {
  return mlp({
    inputs: preprocessor.featureNames.length,
    hidden,
    outputs: target.task === 'multiclass' ? target.labels.length : 1,
    activation: activation as ActivationName,
    outputActivation: outputActivations[target.task],
    dropout,
    kernelRegularizer: { l1, l2 },
  });
}

function tableLoss({ target }: PreparedTable, { labelSmoothing }: TableTrainOptions): LossSpec {
  const names = {
    binary: 'binary_crossentropy',
    multiclass: 'categorical_crossentropy',
    regression: 'mean_squared_error',
  } as const;
  return { name: names[target.task], labelSmoothing };
}

function tableOptimizer(options: TableTrainOptions): Optimizer {
  const { optimizer, learningRate, weightDecay, momentum, clipnorm } = options;
  const shared = {
    ...(learningRate !== undefined && { learningRate }),
    ...(weightDecay !== undefined && { weightDecay }),
    ...(clipnorm !== undefined && { globalClipnorm: clipnorm }),
  };
  if (momentum === undefined) return { adam, adamw, sgd, rmsprop }[optimizer](shared);
  if (optimizer === 'sgd' || optimizer === 'rmsprop')
    return { sgd, rmsprop }[optimizer]({ ...shared, momentum });
  throw new UsageError(`--momentum must come with --optimizer sgd or rmsprop, got ${optimizer}`);
}

function tableCallbacks({ reduceLr, earlyStopping: patience }: TableTrainOptions): Callback[] {
  return [
    ...(reduceLr === undefined ? [] : [reduceLROnPlateau({ patience: reduceLr })]),
    ...(patience === undefined ? [] : [earlyStopping({ patience, restoreBestWeights: true })]),
  ];
}

/** `balanced` weighs classes by rows / (classes * rows of the class), as scikit-learn does. */
function classWeights(text: string, { target, training }: PreparedTable): Record<number, number> {
  if (target.task === 'regression')
    throw new UsageError('--class-weight must come with classes, but the target is a regression');
  if (text === 'balanced') {
    const y = Array.from(training.y as ArrayLike<number>);
    const weight = (label: number) =>
      y.length / (target.labels.length * y.filter((value) => value === label).length);
    return Object.fromEntries(target.labels.map((_, label) => [label, weight(label)]));
  }
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [label = '', weight = ''] = pair.split('=');
      const index = target.labels.indexOf(label);
      if (index < 0 || weight === '' || !(Number(weight) >= 0)) {
        throw new UsageError(
          `--class-weight must be balanced or pairs of a class (${target.labels.join(', ')}) and a weight such as ${target.labels[0]}=2, got ${pair}`,
        );
      }
      return [index, Number(weight)];
    }),
  );
}
