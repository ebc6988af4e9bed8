import { oneOf, shown } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import { highest } from '../core/highest.ts';
import type { Target } from '../data/table/target.ts';
import { countWeights } from '../model/network.ts';
import type { ExplainedTable } from './explained-table.ts';
import type { ExplainMethod } from './explanation.ts';
import { type ExplainedModel, type ExplainRunOptions, type OutputScale, subjectOf } from './subject.ts';

export interface ExplainOptions extends Omit<ExplainRunOptions, 'onProgress'> {
  /** Default: all; permutation importance only where the table has the target. */
  readonly methods?: readonly ExplainMethod[];
  /** Rows of the table to look at as a whole. Default: all. */
  readonly among?: ArrayLike<number>;
  /** Rows of the table to explain one by one, counted from 0. Default: three typical ones. */
  readonly rows?: readonly number[];
  /** Of permutation importance: log_loss for classifiers and mse for regressions by default. */
  readonly metric?: string;
  /** Of permutation importance. Default 10. */
  readonly repeats?: number;
  /** The most rows that are looked at, drawn at random. Default: what takes seconds. */
  readonly mostRows?: number;
  /** Rows of the background of SHAP values. Default 100, less where the summary would take long. */
  readonly backgroundRows?: number;
  /** Default probability. */
  readonly scale?: OutputScale;
  /** Label of the class to explain. Default: of two the second, of several each row's likeliest. */
  readonly class?: string;
  /** Default 0. */
  readonly seed?: number;
  /** Hears what is being computed, and how far it is. */
  readonly onProgress?: (stage: string, done: number, total: number) => void;
}

export const explainOptionNames = [
  'methods',
  'among',
  'rows',
  'metric',
  'repeats',
  'mostRows',
  'backgroundRows',
  'scale',
  'class',
  'seed',
  'engine',
  'signal',
  'onProgress',
] as const;

/** A model and rows that are being explained. */
export interface Work {
  readonly model: ExplainedModel;
  readonly data: ExplainedTable;
  readonly options: ExplainOptions;
  readonly seed: number;
  readonly scale: OutputScale;
  /** Trained numbers of the network: about the multiplications of one row. */
  readonly weights: number;
  /** What each output stands for. */
  readonly outputs: readonly string[];
  /** The output of the class that was asked for. */
  readonly chosenOutput?: number;
  /** Remarks for people, as they come. */
  readonly notes: string[];
}

/** @throws UsageError for a class that there is not, or that has no output */
export function workOf(model: ExplainedModel, data: ExplainedTable, options: ExplainOptions): Work {
  const outputs = outputLabels(model, data.target);
  const chosenOutput =
    options.class === undefined ? undefined : outputOf(options.class, outputs, data.target);
  return {
    model,
    data,
    outputs,
    options,
    seed: options.seed ?? 0,
    scale: options.scale ?? 'probability',
    weights: countWeights(model.network),
    ...(chosenOutput !== undefined && { chosenOutput }),
    notes: [],
  };
}

function outputOf(label: string, outputs: readonly string[], { task, labels }: Target): number {
  if (task === 'regression')
    throw new UsageError(`class must be left out for a regression, got ${shown(label)}`);
  oneOf('class', label, labels);
  const output = outputs.indexOf(label);
  if (output >= 0) return output;
  throw new UsageError(
    `class must be ${outputs[0]} for a model with one output, got ${shown(label)}; its values are the same with the other sign`,
  );
}

/** A single output of a classifier is that of the second class. */
function outputLabels({ network }: ExplainedModel, { name, task, labels }: Target): readonly string[] {
  if (task === 'regression') return [name];
  return network.layers.at(-1)?.units === 1 ? labels.slice(1) : labels;
}

/** Options of one computation, whose progress is told as that of a stage. */
export function runOptions({ options }: Work, stage: string): ExplainRunOptions {
  const { engine, signal, onProgress } = options;
  return {
    ...(engine && { engine }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (done: number, total: number) => onProgress(stage, done, total) }),
  };
}

/** Features of some rows. */
export interface PartRows {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** Which output of each row is explained, and the likelihoods (or values) of all. */
export interface ChosenOutputs {
  /** rows x units, on the scale that is explained. */
  readonly predictions: Float32Array;
  readonly units: number;
  readonly outputs: Int32Array;
}

export async function chosenOutputs(work: Work, part: PartRows): Promise<ChosenOutputs> {
  const subject = subjectOf(work.model, runOptions(work, ''), work.scale);
  const { engine, network, weights, units } = subject;
  const predictions = await engine.predict(network, weights, part.values, part.rows);
  const outputs = Int32Array.from({ length: part.rows }, (_, row) => {
    if (units === 1) return 0;
    return work.chosenOutput ?? highest(predictions.subarray(row * units, (row + 1) * units));
  });
  return { predictions, units, outputs };
}
