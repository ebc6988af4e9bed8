import type { Task } from '../data/table/target.ts';
import type { RawValue } from './columns.ts';
import type { PairDependence, PartialDependence } from './partial-dependence.ts';
import type { PermutationImportance } from './permutation-importance.ts';
import type { OutputScale } from './subject.ts';

/** What can be asked of a model, in the order in which it is computed. */
export const explainMethods = ['permutation', 'shap', 'gradients', 'dependence'] as const;
export type ExplainMethod = (typeof explainMethods)[number];

/** What was found out about a model on the rows of a table, as plain data. */
export interface Explanation {
  readonly schemaVersion: 1;
  /** Where the rows come from, and how many could be used. */
  readonly data: { readonly source: string; readonly rows: number };
  readonly target: { readonly name: string; readonly task: Task; readonly labels: readonly string[] };
  /** Which numbers are explained. */
  readonly scale: OutputScale;
  /** What each output of the network stands for: a class, or the target of a regression. */
  readonly outputs: readonly string[];
  /** Raw columns, in the order in which all lists have them. */
  readonly columns: readonly string[];
  readonly seed: number;
  /** How much the metric suffers when a column is shuffled. */
  readonly importance?: PermutationImportance;
  /** Attributions of many rows. */
  readonly summary?: AttributionSummary;
  /** Rows that were explained one by one. */
  readonly rows: readonly RowExplanation[];
  readonly dependence: readonly ColumnDependence[];
  /** The two most important columns together. */
  readonly pair?: PairDependence & { readonly output: number };
  /** Remarks for people: what was sampled, what is missing. */
  readonly notes: readonly string[];
}

/** A row of the table, and which of the model's outputs is explained. */
export interface ExplainedRow {
  /** Place in the table, counted from 0. */
  readonly row: number;
  readonly output: number;
  readonly prediction: number;
  /** Its raw cells. */
  readonly cells: readonly RawValue[];
}

/** Attributions of many rows: for each method what every column adds, in the order of `rows`. */
export interface AttributionSummary {
  readonly rows: readonly ExplainedRow[];
  readonly shap?: ShapSummary;
  readonly gradients?: GradientSummary;
}

export interface MethodSummary {
  /** rows x columns. */
  readonly values: readonly (readonly number[])[];
  /** Mean size of each column's values, and its standard error over the rows. */
  readonly sizes: readonly { readonly mean: number; readonly standardError: number }[];
}

export interface ShapSummary extends MethodSummary {
  readonly backgroundRows: number;
  /** Sampled orders with their reverses; absent where the values are exact. */
  readonly pairs?: number;
}

export interface GradientSummary extends MethodSummary {
  /** The largest lack of a row's values to the difference of the outputs. */
  readonly largestRemainder: number;
}

/** One row in detail. */
export interface RowExplanation extends ExplainedRow {
  /** The target's cell, where the table has it. */
  readonly truth?: RawValue;
  readonly shap?: {
    readonly base: number;
    readonly values: readonly number[];
    readonly standardErrors: readonly number[];
  };
  readonly gradients?: {
    readonly base: number;
    readonly values: readonly number[];
    readonly remainder: number;
    readonly steps: number;
  };
}

/** Partial dependence of one output, with how the column's values are distributed. */
export interface ColumnDependence extends Pick<PartialDependence, 'column' | 'isCategorical' | 'grid'> {
  /** Of a model with several outputs, the one that changes most. */
  readonly output: number;
  readonly average: readonly number[];
  /** A curve for each of some rows. */
  readonly individual: readonly (readonly number[])[];
  /** Counts in equal bins from `low` to `high`, or of each category of the grid. */
  readonly distribution: { readonly low: number; readonly high: number; readonly counts: readonly number[] };
}

/** What an output says, for people: such as `probability of diagnosis = malignant`. */
export function outputName(
  { target, scale, outputs }: Pick<Explanation, 'target' | 'scale' | 'outputs'>,
  output: number,
): string {
  const name = outputs[output] ?? String(output);
  return target.task === 'regression' ? name : `${scale} of ${target.name} = ${name}`;
}
