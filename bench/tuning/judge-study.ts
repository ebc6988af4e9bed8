import { type Matrix, takeRows } from '../../src/data/matrix.ts';
import type { PreparedTable } from '../../src/data/table/prepare-table.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { openEngine } from '../../src/node.ts';
import type { StudyData, TrialRecord, TrialResult } from '../../src/study/records.ts';
import { finalEpochs, refit, withoutJudge } from '../../src/study/refit.ts';
import { judgingRows, runSeed } from '../../src/study/resampling.ts';
import { standardTrial } from '../../src/study/standard-trial.ts';
import { StudyStore } from '../../src/study/store/study-store.ts';
import { fitAll } from '../../src/train/fit.ts';
import { predict, type TrainedModel } from '../../src/train/trained-model.ts';
import {
  dataFile,
  folds,
  type Improvement,
  type Judgement,
  otherFolds,
  type TuningJob,
  tuningRows,
} from './job.ts';

interface Configuration {
  readonly trial: TrialRecord;
  readonly result: TrialResult;
}

/** Judges what `shoal tune` found as the other systems' findings are judged: see `Judgement`. */
export async function judgeStudy(
  study: string,
  improvements: readonly Improvement[],
  { data, seed }: TuningJob,
): Promise<Judgement> {
  const found = readStudy(study);
  // One that was the best before and after it was confirmed is judged once.
  const indices = [...new Set(improvements.map(({ trial }) => trial))];
  const configurations = indices.map(
    (index) => ({ trial: found.trials[index], result: found.results[index] }) as Configuration,
  );
  const final = configurations[indices.indexOf(improvements.at(-1)?.trial ?? 0)] as Configuration;
  const rows = await tuningRows(dataFile(data));
  const { engine } = await openEngine('auto', { quickStart: true });
  try {
    const judged = await crossValidated(
      configurations,
      found.settings.epochs,
      rows,
      engine,
      otherFolds + seed,
    );
    return {
      losses: improvements.map(({ trial }) => judged[indices.indexOf(trial)] as number),
      ...(await heldOut(final, found, rows, engine)),
      parameters: { ...final.trial.parameters, epochs: finalEpochs(final.result) },
    };
  } finally {
    engine.close();
  }
}

function readStudy(path: string): StudyData {
  const store = StudyStore.open(path, { readOnly: true });
  try {
    return store.load();
  } finally {
    store.close();
  }
}

/**
 * Log loss of each configuration over the folds of a seed, at the end of a fixed number of epochs: nothing looks at the
 * rows that judge, unlike in a study, where they also say at which epoch.
 */
async function crossValidated(
  configurations: readonly Configuration[],
  mostEpochs: number,
  { training: { x, y }, target, preprocessor }: PreparedTable,
  engine: Engine,
  seed: number,
): Promise<number[]> {
  const parts = judgingRows(y, target.task, { folds, repeats: 1 }, seed);
  const rows = y.length - (parts[0] as { test: Int32Array }).test.length;
  const [inputs, classes] = [preprocessor.featureNames.length, target.labels.length];
  const trials = configurations.flatMap((configuration, place) =>
    parts.map((_, fold) => {
      const context = { task: target.task, inputs, classes, rows, epochs: mostEpochs };
      return {
        ...withoutJudge(standardTrial(configuration.trial.parameters, context), configuration.result),
        fold,
        seed: runSeed(seed, place, { fold, repeat: 0 }),
      };
    }),
  );
  const models = await fitAll(trials, { engine, x, y, folds: parts });
  const losses = await Promise.all(
    models.map((model, run) => {
      const { test } = parts[run % folds] as { test: Int32Array };
      return logLossOn(
        model,
        takeRows(x, test),
        Float64Array.from(test, (row) => y[row] as number),
      );
    }),
  );
  return configurations.map((_, place) => mean(losses.slice(place * folds, (place + 1) * folds)));
}

async function logLossOn(model: TrainedModel, x: Matrix, y: ArrayLike<number>): Promise<number> {
  const outputs = (await predict(model, x)).map(classProbabilities);
  return mean(outputs.map((output, row) => -Math.log(output[y[row] as number] as number)));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The model that `shoal tune` hands out, on the rows that it has not seen. */
async function heldOut(
  configuration: Configuration,
  { settings }: StudyData,
  { training, validation, target }: PreparedTable,
  engine: Engine,
): Promise<Pick<Judgement, 'heldOutLoss' | 'heldOutAccuracy'>> {
  const rows = { x: training.x, y: training.y, task: target.task };
  const model = await refit({ engine, rows, settings, ...configuration });
  const outputs = (await predict(model, validation.x, engine)).map(classProbabilities);
  const { y } = validation;
  const isRight = (output: readonly number[], row: number) =>
    output.indexOf(Math.max(...output)) === y[row] ? 1 : 0;
  return {
    heldOutLoss: await logLossOn(model, validation.x, y),
    heldOutAccuracy: mean(outputs.map(isRight)),
  };
}

/** A single output is the probability of the second class. Kept away from 0 as by scikit-learn's log_loss. */
function classProbabilities(output: readonly number[]): number[] {
  const [single = 0] = output;
  const probabilities = output.length === 1 ? [1 - single, single] : output;
  return probabilities.map((value) => Math.max(Number.EPSILON, value));
}
