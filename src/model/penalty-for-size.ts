import { wholeNumber } from '../core/check.ts';
import { countWeights, type Network } from './network.ts';
import { l1l2, type Penalty } from './regularizers.ts';

/**
 * A penalty that grows with the model's size: both strengths times weights / rows, the trained numbers (biases included)
 * that there are for each training row. A network with as many weights as rows gets the strengths as they are given;
 * one of half the size, or of the same size with twice the rows, half of them. With l2 = lambda / 2 it is
 * R = lambda / (2 m) * n * sum theta^2 for n weights and m rows: `l2FromLambda` times the number of weights.
 *
 * @param rows training rows
 * @throws UsageError for a negative strength or no rows
 */
export function penaltyForSize(penalty: Partial<Penalty>, network: Network, rows: number): Penalty {
  const { l1, l2 } = l1l2(penalty);
  const weightsPerRow = countWeights(network) / wholeNumber('rows', rows, 1);
  return { l1: l1 * weightsPerRow, l2: l2 * weightsPerRow };
}
