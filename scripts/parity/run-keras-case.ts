import { type Engine, fit, predict, type TrainedModel } from '../../src/index.ts';
import type { CaseData } from './case-data.ts';
import { caseCallbacks, caseLoss, caseNetwork, caseOptimizer, type KerasCase } from './keras-case.ts';

/** One comparison of a case, with the limit it must keep. */
export interface Deviation {
  readonly what: string;
  readonly worst: number;
  readonly tolerance: number;
  /** Where the worst one is, for people. */
  readonly where: string;
}

/**
 * How far an engine may be from Keras's TensorFlow kernels, which add in another order: a numpy re-run of such cases
 * stays within 6e-5, and the GPU's exponentials are good to a few units in the last place.
 */
const lossTolerance = { cpu: 1e-4, webgpu: 5e-4 };
/** Weights and predictions differ more than losses do, since directions without a gradient drift freely. */
const weightTolerance = 5e-3;
const predictionTolerance = 2e-3;
/** Rates are products of a few factors in single precision. */
const rateTolerance = 2e-6;

/** Trains the case on an engine and compares everything that Keras recorded. */
export async function runKerasCase(run: KerasCase, data: CaseData, engine: Engine): Promise<Deviation[]> {
  const model = await fit(caseNetwork(run, data.train.x.columns), {
    engine,
    x: data.train.x,
    y: data.train.y,
    validation: data.test,
    loss: caseLoss(run),
    optimizer: caseOptimizer(run),
    callbacks: caseCallbacks(run),
    epochs: run.fit.epochs,
    batchSize: run.fit.batch_size,
    shuffle: false,
    initialWeights: run.initial_weights.flat(),
    ...(run.fit.class_weight && { classWeight: run.fit.class_weight }),
  });
  const predictions = (await predict(model, data.test.x, engine)).slice(0, 10).flat();
  return compare(run, model, predictions, data, lossTolerance[engine.kind]);
}

function compare(
  run: KerasCase,
  model: TrainedModel,
  predictions: number[],
  data: CaseData,
  tolerance: number,
): Deviation[] {
  const { metrics, epochs } = model.history;
  const recorded = run.history;
  const series = (name: string) => metrics[name === 'lr_at_epoch_end' ? 'learning_rate_end' : name] ?? [];
  const relative = (name: string, limit: number) =>
    worst(name, series(name), recorded[name] ?? [], limit, relativeDifference);
  const inRows = (name: string, rows: number) =>
    worst(
      `${name} (rows)`,
      series(name),
      recorded[name] ?? [],
      1,
      (got, want) => Math.round(Math.abs(got - want) * rows * 1e3) / 1e3,
    );
  const names = Object.keys(recorded);
  const trainRows = data.train.x.rows;
  const result = [
    {
      what: 'epochs',
      worst: Math.abs(epochs - (recorded.loss?.length ?? 0)),
      tolerance: 0,
      where: `${epochs} epochs`,
    },
    ...names.filter((name) => /loss$|mae$/.test(name)).map((name) => relative(name, tolerance)),
    ...names.filter((name) => name === 'accuracy').map((name) => inRows(name, trainRows)),
    ...names.filter((name) => name === 'val_accuracy').map((name) => inRows(name, data.test.x.rows)),
    ...names
      .filter((name) => /^(learning_rate|lr_at)/.test(name))
      .map((name) => relative(name, rateTolerance)),
    worst('final weights', model.weights, run.final_weights.flat(), weightTolerance, difference),
  ];
  const known = run.predictions_first_10_validation_rows;
  return known
    ? [...result, worst('predictions', predictions, known, predictionTolerance, difference)]
    : result;
}

type Difference = (got: number, want: number) => number;
const difference: Difference = (got, want) => Math.abs(got - want);
const relativeDifference: Difference = (got, want) => Math.abs(got - want) / Math.max(Math.abs(want), 1e-12);

function worst(
  what: string,
  got: ArrayLike<number>,
  want: readonly number[],
  tolerance: number,
  measure: Difference,
): Deviation {
  if (got.length !== want.length) {
    return {
      what,
      worst: Number.POSITIVE_INFINITY,
      tolerance,
      where: `${got.length} values instead of ${want.length}`,
    };
  }
  let result: Deviation = { what, worst: 0, tolerance, where: '' };
  want.forEach((value, index) => {
    const deviation = measure(got[index] as number, value);
    if (!(deviation <= result.worst)) {
      result = { what, worst: deviation, tolerance, where: `at ${index}: ${got[index]} instead of ${value}` };
    }
  });
  return result;
}
