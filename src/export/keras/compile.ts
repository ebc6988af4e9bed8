import { optimizerFromJson } from '../../model/json.ts';
import type { Loss } from '../../model/losses.ts';
import type { Optimizer } from '../../model/optimizers.ts';
import type { History } from '../../train/history.ts';
import type { SavedModel } from '../saved-model.ts';
import type { Hdf5Dataset } from './hdf5.ts';
import { builtIn } from './layers.ts';

/** With what Keras trains and evaluates the model: its configuration, and the state of a fresh optimizer. */
export interface KerasTraining {
  readonly compileConfig: object;
  readonly optimizerVariables: readonly Hdf5Dataset[];
}

/**
 * The optimizer that the model was trained with (Keras's Adam where that is not known) at the rate of its last epoch,
 * the loss, and the metric that Shoal shows.
 *
 * @param trained the variables of the network, for each of which an optimizer keeps some of its own
 */
export function kerasTraining({ model, origin }: SavedModel, trained: readonly Hdf5Dataset[]): KerasTraining {
  const optimizer = optimizerFromJson(origin.training?.optimizer ?? 'adam');
  const rate = lastRate(model.history, optimizer);
  return {
    compileConfig: {
      optimizer: kerasOptimizer(optimizer, rate),
      loss: kerasLoss(model.loss),
      metrics: [model.loss.name === 'mean_squared_error' ? 'mae' : 'accuracy'],
    },
    optimizerVariables: freshVariables(optimizer, rate, trained),
  };
}

/** Schedules and callbacks change the rate; more training goes on with that at the start of the last epoch. */
function lastRate({ metrics }: History, { learningRate }: Optimizer): number {
  const recorded = metrics.learning_rate?.at(-1);
  return recorded ?? (typeof learningRate === 'number' ? learningRate : learningRate.at(0, 0));
}

/** What each of the network's variables has in the optimizer, in the order in which Keras makes them. */
function freshVariables(optimizer: Optimizer, rate: number, trained: readonly Hdf5Dataset[]): Hdf5Dataset[] {
  const zeros = ({ shape, values }: Hdf5Dataset) => ({ shape, values: new Float32Array(values.length) });
  const iterations = { shape: [], values: new BigInt64Array(1) };
  const learningRate = { shape: [], values: new Float32Array([rate]) };
  return [iterations, learningRate, ...slotsOf(optimizer, trained).map(zeros)];
}

/** Adam's averages lie together for each variable, those of the others one kind after the other. */
function slotsOf(optimizer: Optimizer, trained: readonly Hdf5Dataset[]): readonly Hdf5Dataset[] {
  switch (optimizer.name) {
    case 'sgd':
      return optimizer.momentum === 0 ? [] : trained;
    case 'rmsprop':
      return [
        trained,
        ...(optimizer.momentum > 0 ? [trained] : []),
        ...(optimizer.centered ? [trained] : []),
      ].flat();
    case 'adam':
      return [...trained.flatMap((variable) => [variable, variable]), ...(optimizer.amsgrad ? trained : [])];
  }
}

function kerasOptimizer(optimizer: Optimizer, learningRate: number): object {
  const { weightDecay, clip } = optimizer;
  const limit = (kind: string) => (clip.kind === kind && 'limit' in clip ? clip.limit : null);
  const shared = {
    learning_rate: learningRate,
    weight_decay: weightDecay === 0 ? null : weightDecay,
    clipnorm: limit('norm'),
    global_clipnorm: limit('global_norm'),
    clipvalue: limit('value'),
  };
  const named = (className: string, settings: object) =>
    builtIn('keras.optimizers', className, { ...shared, ...settings });
  switch (optimizer.name) {
    case 'sgd':
      return named('SGD', { momentum: optimizer.momentum, nesterov: optimizer.nesterov });
    case 'rmsprop': {
      const { rho, momentum, epsilon, centered } = optimizer;
      return named('RMSprop', { rho, momentum, epsilon, centered });
    }
    case 'adam': {
      const { beta1: beta_1, beta2: beta_2, epsilon, amsgrad } = optimizer;
      return named(weightDecay === 0 ? 'Adam' : 'AdamW', { beta_1, beta_2, epsilon, amsgrad });
    }
  }
}

/** Classes are targets as indices, but for smoothed ones, which Keras smooths as one-hot rows only. */
function kerasLoss({ name, labelSmoothing }: Loss): object {
  if (name === 'mean_squared_error') return builtIn('keras.losses', 'MeanSquaredError', {});
  const smoothed = { from_logits: false, label_smoothing: labelSmoothing };
  if (name === 'binary_crossentropy') return builtIn('keras.losses', 'BinaryCrossentropy', smoothed);
  return labelSmoothing === 0
    ? builtIn('keras.losses', 'SparseCategoricalCrossentropy', { from_logits: false })
    : builtIn('keras.losses', 'CategoricalCrossentropy', smoothed);
}
