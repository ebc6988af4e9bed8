import { UsageError } from '../core/errors.ts';
import type { Preprocessing } from '../data/table/prepare-table.ts';
import type { Engine } from '../engine/engine.ts';
import type { DenseLayer, Network } from '../model/network.ts';
import { growBatchOnPlateau } from '../train/batch-policies.ts';
import { type Callback, reduceLROnPlateau } from '../train/callbacks.ts';
import { type FitOptions, fit } from '../train/fit.ts';
import type { TrainedModel } from '../train/trained-model.ts';
import type { StudySettings, TrialRecord, TrialResult } from './records.ts';
import { runSeed } from './resampling.ts';
import { type BuildTrial, type StudyTrial, standardTrial } from './standard-trial.ts';
import { type StudyRows, studyRows, type TargetScale } from './study-table.ts';

export interface RefitOptions {
  readonly engine: Engine;
  readonly rows: StudyRows;
  readonly settings: StudySettings;
  /** The configuration, and what it reached. */
  readonly trial: TrialRecord;
  readonly result: TrialResult;
  readonly build?: BuildTrial;
  readonly preprocessing?: Preprocessing;
  readonly signal?: AbortSignal;
}

/** How a configuration of a study is trained on all rows. */
export interface FinalTraining {
  readonly network: Network;
  readonly options: Omit<FitOptions, 'engine' | 'x' | 'y'>;
}

/**
 * The training of a configuration on all rows, for as many epochs as its runs took on average to their best one: nothing
 * is left to judge when to stop. What watched `val_loss` for a plateau watches `loss`, and penalties do not adapt.
 *
 * @throws UsageError for a trial that is not complete
 */
export function finalTraining({
  rows,
  settings,
  trial,
  result,
  build = standardTrial,
}: Omit<RefitOptions, 'engine'>): FinalTraining {
  if (result.state !== 'complete') {
    throw new UsageError(
      `the trial must be complete to be trained on all rows, got one that ${result.state}`,
    );
  }
  const { inputs, classes, y } = studyRows(rows);
  const context = { task: rows.task, inputs, classes, rows: y.length, epochs: settings.epochs };
  const { network, ...built } = withoutJudge(build(trial.parameters, context), result);
  const seed = runSeed(settings.seed, trial.index, { fold: settings.resampling.folds, repeat: 0 });
  return { network, options: { ...built, seed } };
}

/** As many epochs as the runs of a trial took to their best one: where nothing looks at rows that judge, it ends there. */
export function finalEpochs({ metrics, epochs }: TrialResult): number {
  return Math.max(1, Math.round(metrics.best_epoch ?? epochs));
}

/** A training as it is where no rows judge when to stop: for as many epochs as it took to the best one. */
export function withoutJudge<T extends Pick<StudyTrial, 'callbacks'>>(
  built: T,
  result: TrialResult,
): T & { readonly epochs: number; readonly callbacks: Callback[] } {
  return {
    ...built,
    epochs: finalEpochs(result),
    callbacks: (built.callbacks ?? []).flatMap(withoutValidation),
  };
}

/**
 * Trains a configuration of a study once more, on all rows (`finalTraining`).
 * @throws UsageError for a trial that is not complete
 */
export async function refit(options: RefitOptions): Promise<TrainedModel> {
  const { engine, rows, preprocessing, signal } = options;
  const { network, options: training } = finalTraining(options);
  const { target, y } = studyRows(rows);
  const model = await fit(network, {
    engine,
    x: rows.x,
    y,
    ...training,
    ...(preprocessing && { preprocessing }),
    ...(signal && { signal }),
  });
  return rows.task === 'regression' ? inTargetUnits(model, target) : model;
}

function withoutValidation(callback: Callback): Callback[] {
  const { rule } = callback;
  switch (rule?.kind) {
    case 'stopping':
    case 'penalty':
      return [];
    case 'plateau': {
      const { factor, patience, cooldown, minLr, minDelta } = rule;
      return [reduceLROnPlateau({ monitor: 'loss', factor, patience, cooldown, minLr, minDelta })];
    }
    case 'growth': {
      const { factor, patience, cooldown, maxBatchSize, minDelta } = rule;
      return [growBatchOnPlateau({ monitor: 'loss', factor, patience, cooldown, maxBatchSize, minDelta })];
    }
    default:
      return [callback];
  }
}

/** Puts mean and scale of the targets into the last layer, which is linear, so that outputs are in the target's units. */
function inTargetUnits(model: TrainedModel, { mean, scale }: TargetScale): TrainedModel {
  const output = model.network.layers.at(-1) as DenseLayer;
  if (output.activation.name !== 'linear' || !output.useBias) {
    throw new UsageError(
      `the output of a regression must be linear with a bias in a study, got ${output.activation.name}`,
    );
  }
  const weights = Float32Array.from(model.weights);
  const first = weights.length - output.units * (output.inputs + 1);
  for (let place = first; place < weights.length; place++) {
    const shift = place >= weights.length - output.units ? mean : 0;
    weights[place] = (weights[place] as number) * scale + shift;
  }
  return { ...model, weights };
}
