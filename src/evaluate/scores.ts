import { highest } from '../core/highest.ts';
import type { Loss } from '../model/losses.ts';
import {
  accuracy,
  f1,
  meanAbsoluteError,
  meanSquaredError,
  precision,
  r2,
  recall,
  rocAuc,
} from './metrics.ts';

/** Scores by name: higher is better except for losses and errors. */
export type Scores = Readonly<Record<string, number>>;

/**
 * The usual scores of predictions (one row of outputs for each target): of a binary classifier at the threshold 1/2,
 * of several classes averaged over the classes (macro), of a regression over all outputs.
 *
 * @param outputs as `predict` gives them: probabilities, or values
 */
export function scores(
  loss: Loss,
  truth: ArrayLike<number>,
  outputs: readonly (readonly number[])[],
): Scores {
  switch (loss.name) {
    case 'binary_crossentropy':
      return binaryScores(Array.from(truth), outputs.flat());
    case 'categorical_crossentropy':
      return multiclassScores(Array.from(truth), outputs.map(highest));
    case 'mean_squared_error':
      return regressionScores(Array.from(truth), outputs.flat());
  }
}

function binaryScores(truth: number[], probabilities: number[]): Scores {
  const predicted = probabilities.map((p) => (p > 0.5 ? 1 : 0));
  const bothClasses = truth.includes(0) && truth.includes(1);
  return {
    accuracy: accuracy(truth, predicted),
    precision: precision(truth, predicted),
    recall: recall(truth, predicted),
    f1: f1(truth, predicted),
    ...(bothClasses && { rocAuc: rocAuc(truth, probabilities) }),
  };
}

function multiclassScores(truth: number[], predicted: number[]): Scores {
  const average = { average: 'macro' } as const;
  return {
    accuracy: accuracy(truth, predicted),
    precision: precision(truth, predicted, average),
    recall: recall(truth, predicted, average),
    f1: f1(truth, predicted, average),
  };
}

function regressionScores(truth: number[], predicted: number[]): Scores {
  return {
    mse: meanSquaredError(truth, predicted),
    mae: meanAbsoluteError(truth, predicted),
    r2: r2(truth, predicted),
  };
}
