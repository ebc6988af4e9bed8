import type { PreparedTable } from '../../src/data/table/prepare-table.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { openEngine } from '../../src/node.ts';
import type { StudyData, TrialRecord, TrialResult } from '../../src/study/records.ts';
import { refit } from '../../src/study/refit.ts';
import { choice } from '../../src/study/space/parameters.ts';
import { type BuildTrial, standardTrial } from '../../src/study/standard-trial.ts';
import { StudyStore } from '../../src/study/store/study-store.ts';
import { tune } from '../../src/study/tune.ts';
import { terminateOnNaN } from '../../src/train/callbacks.ts';
import { predict } from '../../src/train/trained-model.ts';
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
  const configurations = improvements.map(
    ({ trial }) => ({ trial: found.trials[trial], result: found.results[trial] }) as Configuration,
  );
  const final = configurations.at(-1) as Configuration;
  const rows = await tuningRows(dataFile(data));
  const { engine } = await openEngine();
  try {
    return {
      losses: await crossValidated(configurations, rows, engine, otherFolds + seed),
      ...(await heldOut(final, found, rows, engine)),
      parameters: { ...final.trial.parameters, epochs: epochsOf(final) },
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

/** As many as `refit` trains. */
function epochsOf({ result }: Configuration): number {
  return Math.max(1, Math.round(result.metrics.best_epoch ?? result.epochs));
}

/**
 * Log loss of each configuration over the folds of a seed, at the end of a fixed number of epochs: nothing looks at the
 * rows that judge, unlike in a study, where they also say when to stop.
 */
async function crossValidated(
  configurations: readonly Configuration[],
  { training, target }: PreparedTable,
  engine: Engine,
  seed: number,
): Promise<number[]> {
  const build: BuildTrial = ({ place }, context) => {
    const configuration = configurations[place as number] as Configuration;
    return {
      ...standardTrial(configuration.trial.parameters, context),
      epochs: epochsOf(configuration),
      callbacks: [terminateOnNaN()],
    };
  };
  const { length: trials } = configurations;
  const { data } = await tune({
    engine,
    x: training.x,
    y: training.y,
    task: target.task,
    build,
    space: { place: choice(configurations.map((_, place) => place)) },
    ...{ sampler: 'grid', pruner: 'none', folds, seed, trials, roundSize: trials },
  });
  const losses = configurations.map(() => Number.NaN);
  for (const { index, parameters } of data.trials) {
    losses[parameters.place as number] = data.results[index]?.values[0] ?? Number.NaN;
  }
  return losses;
}

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
  const surprise = (output: readonly number[], row: number) => -Math.log(output[y[row] as number] as number);
  const isRight = (output: readonly number[], row: number) =>
    output.indexOf(Math.max(...output)) === y[row] ? 1 : 0;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { heldOutLoss: mean(outputs.map(surprise)), heldOutAccuracy: mean(outputs.map(isRight)) };
}

/** A single output is the probability of the second class. Kept away from 0 as by scikit-learn's log_loss. */
function classProbabilities(output: readonly number[]): number[] {
  const [single = 0] = output;
  const probabilities = output.length === 1 ? [1 - single, single] : output;
  return probabilities.map((value) => Math.max(Number.EPSILON, value));
}
