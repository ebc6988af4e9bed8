import { finiteNumber, knownOptions, oneOf } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import type { ActivationName } from './activations.ts';
import type { Network } from './network.ts';

const names = ['binary_crossentropy', 'categorical_crossentropy', 'mean_squared_error'] as const;

const aliases = {
  mse: 'mean_squared_error',
  sparse_categorical_crossentropy: 'categorical_crossentropy',
} as const;

const namesAndAliases = [...names, ...(Object.keys(aliases) as (keyof typeof aliases)[])];

/** Cross-entropies take class indices as targets and work on logits, whatever the output's activation. */
export type LossName = (typeof names)[number];

/** A loss with its settings. */
export interface Loss {
  readonly name: LossName;
  /** Share of each target that is spread over all classes, from 0 to 1. */
  readonly labelSmoothing: number;
}

/** How losses may be given; the aliases are Keras's. */
export type LossSpec =
  | LossName
  | keyof typeof aliases
  | { readonly name: LossName | keyof typeof aliases /** Default 0. */; readonly labelSmoothing?: number };

/** Resolves a loss. @throws UsageError for an unknown name, or smoothing that does not fit */
export function loss(spec: LossSpec): Loss {
  const options = typeof spec === 'string' ? { name: spec } : spec;
  knownOptions('loss', options, ['name', 'labelSmoothing']);
  const { name: given, labelSmoothing = 0 } = options;
  const known = oneOf('loss', given, namesAndAliases);
  const name = known in aliases ? aliases[known as keyof typeof aliases] : (known as LossName);
  finiteNumber('labelSmoothing', labelSmoothing, { least: 0, most: 1 });
  if (name === 'mean_squared_error' && labelSmoothing > 0) {
    throw new UsageError(`labelSmoothing must be 0 for mean_squared_error, got ${labelSmoothing}`);
  }
  return { name, labelSmoothing };
}

const fittingOutputs: Readonly<Record<LossName, readonly ActivationName[] | 'any but softmax'>> = {
  binary_crossentropy: ['sigmoid', 'linear'],
  categorical_crossentropy: ['softmax', 'linear'],
  mean_squared_error: 'any but softmax',
};

/**
 * Checks that a network's output fits the loss; a linear output under a cross-entropy means logits.
 *
 * @throws UsageError when it does not, or when a categorical loss has a single output
 */
export function checkLossFits(network: Network, { name }: Loss): void {
  const output = network.layers.at(-1);
  if (!output) throw new UsageError('network must have at least one layer, got none');
  const fitting = fittingOutputs[name];
  const { units, activation } = output;
  const fits = Array.isArray(fitting) ? fitting.includes(activation.name) : activation.name !== 'softmax';
  if (!fits) {
    const wanted = Array.isArray(fitting) ? `${fitting.join(' or ')} (logits)` : fitting;
    throw new UsageError(`the output's activation must be ${wanted} for ${name}, got ${activation.name}`);
  }
  if (name === 'categorical_crossentropy' && units < 2) {
    throw new UsageError(
      `categorical_crossentropy must have an output for each class, got ${units}; use binary_crossentropy for two classes and one output`,
    );
  }
}
