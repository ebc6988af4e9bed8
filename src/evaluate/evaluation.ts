import type { Resampling } from './bootstrap.ts';
import type { Calibration } from './calibration.ts';
import type { ClassCurves } from './curves.ts';
import type { Estimate, Estimates } from './estimates.ts';
import type { Residuals } from './residuals.ts';
import type { ThresholdMetric, Thresholds } from './thresholds.ts';

/** How good a model is on some rows. Names of metrics are those of scikit-learn's scorers. */
export type Evaluation = BinaryEvaluation | MulticlassEvaluation | RegressionEvaluation;

interface EvaluationBase {
  /** Grows when a field changes its meaning. */
  readonly schemaVersion: 1;
  readonly kind: 'shoal-evaluation';
  /** Of the target; absent where rows were given without a table. */
  readonly target?: string;
  readonly rows: number;
  readonly metrics: Estimates;
  readonly resampling: Resampling;
  readonly slices: readonly Slices[];
  /** What a reader has to know. */
  readonly notes: readonly string[];
}

export interface BinaryEvaluation extends EvaluationBase {
  readonly task: 'binary';
  /** Of class 0 and class 1. */
  readonly labels: readonly string[];
  /** Class 1 is said of rows whose probability is above it. */
  readonly threshold: number;
  /** Rows by true class (outer) and predicted class (inner). */
  readonly confusion: readonly (readonly number[])[];
  readonly metricForThreshold: ThresholdMetric;
  readonly thresholds: Thresholds;
  /** Of class 1; empty where only one class occurs. */
  readonly curves: readonly ClassCurves[];
  readonly calibration: Calibration;
}

export interface MulticlassEvaluation extends EvaluationBase {
  readonly task: 'multiclass';
  readonly labels: readonly string[];
  readonly confusion: readonly (readonly number[])[];
  readonly classes: readonly ClassEvaluation[];
  /** Of each class that occurs, against the rest. */
  readonly curves: readonly ClassCurves[];
  readonly calibration: Calibration;
}

/** One class of several. */
export interface ClassEvaluation {
  readonly label: string;
  readonly rows: number;
  readonly precision: Estimate;
  readonly recall: Estimate;
  readonly f1: Estimate;
}

export interface RegressionEvaluation extends EvaluationBase {
  readonly task: 'regression';
  readonly residuals: Residuals;
}

/** Metrics of the rows by what they have in a column. */
export interface Slices {
  readonly column: string;
  readonly slices: readonly Slice[];
}

export interface Slice {
  readonly label: string;
  readonly rows: number;
  /** Fewer than 30 rows: their intervals are rough, and too narrow rather than too wide. */
  readonly isSmall: boolean;
  readonly metrics: Estimates;
}
