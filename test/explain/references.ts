import { readFileSync } from 'node:fs';
import { type LossName, loss, mlp } from '../../src/index.ts';

/** What `record-references.py` recorded of one network. */
export interface Reference {
  readonly sizes: readonly [number, number, number];
  readonly head: 'sigmoid' | 'softmax' | 'linear';
  readonly weights: readonly number[];
  readonly x: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly importance: readonly {
    readonly scoring: string;
    readonly permutations: readonly (readonly number[])[];
    readonly importances: readonly (readonly number[])[];
    readonly mean: readonly number[];
    readonly std: readonly number[];
  }[];
  readonly dependence: {
    readonly grid: readonly [readonly number[]];
    readonly average: readonly (readonly number[])[];
    readonly individual: readonly (readonly (readonly number[])[])[];
  };
  readonly pair: {
    readonly grid: readonly [readonly number[], readonly number[]];
    readonly average: readonly (readonly (readonly number[])[])[];
  };
  readonly shap: {
    readonly x: readonly (readonly number[])[];
    readonly background: readonly (readonly number[])[];
    readonly base: readonly number[];
    /** rows x columns (x outputs). */
    readonly kernel: readonly (readonly (number | readonly number[])[])[];
    readonly exact: readonly (readonly (number | readonly number[])[])[];
  };
}

const file = new URL('./references.json', import.meta.url);
export const references: Readonly<Record<'binary' | 'multiclass' | 'regression', Reference>> = JSON.parse(
  readFileSync(file, 'utf8'),
).cases;

const losses: Readonly<Record<Reference['head'], LossName>> = {
  sigmoid: 'binary_crossentropy',
  softmax: 'categorical_crossentropy',
  linear: 'mean_squared_error',
};

/** The model that a reference is of. */
export function modelOf({ sizes: [inputs, hidden, outputs], head, weights }: Reference) {
  const shape = { inputs, hidden: [hidden], outputs, activation: 'tanh', outputActivation: head } as const;
  return { network: mlp(shape), weights: Float32Array.from(weights), loss: loss(losses[head]) };
}

/** The largest difference between two nests of numbers of the same shape; infinite where the shapes differ. */
export function worstDifference(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b);
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Math.max(...a.map((own, i) => worstDifference(own, b[i])));
}
