import { Preprocessor } from '../../src/data/table/preprocessor.ts';
import { type Table, tableFromColumns } from '../../src/data/table/table.ts';
import type { SavedModel } from '../../src/export/saved-model.ts';
import { type ActivationSpec, hiddenActivations } from '../../src/model/activations.ts';
import { initialWeights } from '../../src/model/initializers.ts';
import { loss } from '../../src/model/losses.ts';
import { dense, dropout, sequential } from '../../src/model/network.ts';
import { optimizer } from '../../src/model/optimizers.ts';

/** Activations with another number than their own. */
export const activationsWithNumber = [
  { name: 'leaky_relu', negativeSlope: 0.05 },
  { name: 'elu', alpha: 0.4 },
] as const satisfies readonly ActivationSpec[];

const hidden: readonly ActivationSpec[] = hiddenActivations.map(
  (name) => activationsWithNumber.find((spec) => spec.name === name) ?? name,
);

/**
 * A model with everything that a network of Shoal can have, the same wherever it is made: all activations, dropout,
 * penalties, layers without bias, categories, cells to be filled in. Its loss is `logits`: a linear output.
 */
export function fixedModel(): SavedModel {
  const network = sequential({
    inputs: 4,
    layers: [
      ...hidden.map((activation, place) =>
        dense(place + 3, {
          activation,
          useBias: place % 4 !== 1,
          biasInitializer: 'lecun_uniform',
          kernelRegularizer: place === 2 ? { l1: 0.01, l2: 0.02 } : {},
        }),
      ),
      dropout(0.25),
      dense(3, { biasRegularizer: { l2: 0.5 } }),
    ],
  });
  return {
    model: {
      network,
      loss: loss({ name: 'categorical_crossentropy', labelSmoothing: 0.1 }),
      weights: initialWeights(network, 7),
      history: { epochs: 1, metrics: { loss: [1.5], learning_rate: [0.5] } },
      preprocessing: {
        preprocessor: Preprocessor.fromJSON(preprocessor),
        target: { name: 'kind', task: 'multiclass', labels: ['ä', 'b', 'c'] },
      },
    },
    origin: {
      createdBy: 'shoal',
      training: { optimizer: optimizer({ name: 'sgd', momentum: 1, clipnorm: 2 }) },
    },
  };
}

const preprocessor = {
  schemaVersion: 1,
  missing: 'mean',
  columns: [
    { kind: 'numeric', name: 'size', fill: 2.5 },
    { kind: 'categorical', name: 'colour', categories: ['blue', 'red'], fill: 'red' },
    { kind: 'numeric', name: 'year', fill: 1999.25 },
  ],
  scaler: {
    mean: [2.5, 0, 0, 1999.25],
    variance: [1 / 9, 1, 1, 49],
    scale: [Math.sqrt(1 / 9), 1, 1, 7],
    samplesSeen: 40,
  },
} as const;

/** Rows for the fixed model. */
export const fixedTable = (): Table =>
  tableFromColumns({
    size: [2.1, null, 3.3, 2.75, -1],
    colour: ['red', 'blue', null, 'blue', 'red'],
    year: [2001, 1990, 2000, null, 1998.7],
  });
