import { UsageError } from '../core/errors.ts';
import type { SavedModel } from './saved-model.ts';

/** What the outputs of a model mean. */
export type Outputs =
  /** Probabilities of the labels; a single output is that of the second. */
  | { readonly kind: 'classes'; readonly labels: readonly string[] }
  /** Each output is a yes or no of its own. */
  | { readonly kind: 'flags' }
  /** Each output is a value (regression). */
  | { readonly kind: 'values' };

/**
 * What the outputs of a model mean: as its target says, or where it was trained without one, as its loss says (classes
 * are then labelled 0, 1, ...).
 * @throws UsageError for a target whose labels do not fit the number of outputs
 */
export function outputsOf({ network, loss, preprocessing }: SavedModel['model']): Outputs {
  const units = network.layers.at(-1)?.units ?? 0;
  const classes = units === 1 ? 2 : units;
  const target = preprocessing?.target;
  if (target) {
    if (target.task === 'regression') return { kind: 'values' };
    if (target.labels.length === classes) return { kind: 'classes', labels: target.labels };
    throw new UsageError(
      `the network must have an output for each of the ${target.labels.length} labels (or one for two labels), got ${units}`,
    );
  }
  if (loss.name === 'mean_squared_error') return { kind: 'values' };
  if (loss.name === 'binary_crossentropy' && units > 1) return { kind: 'flags' };
  return { kind: 'classes', labels: Array.from({ length: classes }, (_, index) => String(index)) };
}
