import { checkPair, checkRows, isRows, mean, type Numbers, type ProbabilityRows } from './arrays.ts';

/** Probabilities are kept one double epsilon away from 0 and 1, as in scikit-learn. */
const clip = (p: number) => Math.min(Math.max(p, Number.EPSILON), 1 - Number.EPSILON);

/** Negative log-likelihood of each row. */
export function logLosses(truth: Numbers, probabilities: Numbers | ProbabilityRows): Float64Array {
  if (isRows(probabilities)) {
    return Float64Array.from(probabilities, (row, i) => -Math.log(clip(row[truth[i] as number] as number)));
  }
  return Float64Array.from(probabilities, (probability, i) => {
    const p = clip(probability);
    return -Math.log(truth[i] === 1 ? p : 1 - p);
  });
}

/** Squared difference between probabilities and outcome of each row, summed over three classes or more. */
export function brierTerms(truth: Numbers, probabilities: Numbers | ProbabilityRows): Float64Array {
  if (!isRows(probabilities))
    return Float64Array.from(probabilities, (p, i) => ((truth[i] as number) - p) ** 2);
  return Float64Array.from(probabilities, (row, i) => {
    let sum = 0;
    for (let k = 0; k < row.length; k++) sum += ((truth[i] === k ? 1 : 0) - (row[k] as number)) ** 2;
    return row.length > 2 ? sum : sum / 2;
  });
}

/**
 * Mean negative log-likelihood; probabilities are kept one double epsilon away from 0 and 1.
 *
 * @param probabilities of class 1, or a row with one for each class
 */
export function logLoss(truth: Numbers, probabilities: Numbers | ProbabilityRows): number {
  check(truth, probabilities);
  const losses = logLosses(truth, probabilities);
  return mean(losses.length, (i) => losses[i] as number);
}

/**
 * Mean squared difference between probability and outcome: from 0 to 1 of two classes, and of more the sum over the
 * classes, from 0 to 2 (scikit-learn's `scale_by_half="auto"`).
 *
 * @param probabilities of class 1, or a row with one for each class
 */
export function brierScore(truth: Numbers, probabilities: Numbers | ProbabilityRows): number {
  check(truth, probabilities);
  const terms = brierTerms(truth, probabilities);
  return mean(terms.length, (i) => terms[i] as number);
}

function check(truth: Numbers, probabilities: Numbers | ProbabilityRows): void {
  if (isRows(probabilities)) checkRows(truth, probabilities);
  else checkPair(truth, probabilities);
}
