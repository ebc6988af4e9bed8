import { knownOptions, wholeNumber } from '../../core/check.ts';
import type { Features } from '../../train/rows.ts';
import { type Attribution, type Task, tasksOf } from '../attribution.ts';
import { sampledPlaces } from '../random-order.ts';
import {
  type ExplainedModel,
  type ExplainRunOptions,
  type FeatureRows,
  featureRows,
  type OutputScale,
  runOptionNames,
  type Subject,
  subjectOf,
} from '../subject.ts';
import { takenRows } from '../taken-rows.ts';
import { coalitionValues } from './coalitions.ts';
import { type Game, gameOf, type ShapMethod } from './game.ts';

export interface ShapOptions extends ExplainRunOptions {
  /** Rows whose values stand for "not known". Default: up to 100 of x, drawn at random. */
  readonly background?: Features;
  /** The most rows of the background that are used, drawn at random. Default 100. */
  readonly backgroundRows?: number;
  /** All coalitions, or sampled orders of the columns. Default auto: exact for up to 10 columns. */
  readonly method?: ShapMethod;
  /** Sampled orders, each with its reverse; at least 2. Default 10. */
  readonly pairs?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Default probability. */
  readonly scale?: OutputScale;
  /** Which output to explain, one for each row. Default: all of each row. */
  readonly outputs?: ArrayLike<number>;
}

/** SHAP values of one output of one row. */
export interface ShapValues extends Attribution {
  /** Of each value, from the sampled orders; 0 where all coalitions were computed. The background is taken as it is. */
  readonly standardErrors: readonly number[];
}

/**
 * SHAP values of raw columns (Lundberg and Lee, "A Unified Approach to Interpreting Model Predictions", 2017): Shapley
 * values of the game in which columns that are not known have the values of background rows. They sum to the difference
 * between the prediction and the background's mean.
 *
 * @param x features as the network takes them
 * @throws UsageError for options or rows that do not fit, CancelledError when the signal is aborted
 */
export async function shapValues(
  model: ExplainedModel,
  x: Features,
  options: ShapOptions = {},
): Promise<ShapValues[]> {
  const names = [
    'background',
    'backgroundRows',
    'method',
    'pairs',
    'seed',
    'scale',
    'outputs',
    ...runOptionNames,
  ];
  knownOptions('shapValues', options, names);
  const { seed = 0, backgroundRows = 100 } = options;
  wholeNumber('seed', seed, 0, 0xffffffff);
  wholeNumber('backgroundRows', backgroundRows, 1);
  const subject = subjectOf(model, options, options.scale);
  const { network, units, columns } = subject;
  const rows = featureRows(x, 'x', network);
  const given = options.background ? featureRows(options.background, 'background', network) : rows;
  const background = sampledRows(given, network.inputs, backgroundRows, seed);
  const game = gameOf(columns.length, seed, options);
  const tasks = tasksOf(rows.rows, units, options.outputs);
  const found: ShapValues[] = [];
  const most = Math.max(1, Math.floor(mostValues / (game.coalitions.count * units)));
  for (let first = 0; first < rows.rows; first += most) {
    const block = rowsFrom(rows, network.inputs, first, most);
    const part = partOf(subject, first / rows.rows, block.rows / rows.rows);
    const values = await coalitionValues(part, block, background, game.coalitions);
    const own = tasks.filter(({ row }) => row >= first && row < first + block.rows);
    const width = game.coalitions.count * units;
    for (const task of own) {
      const start = (task.row - first) * width;
      found.push(solved(task, game, values.subarray(start, start + width), units));
    }
  }
  return found;
}

/** @param values of a row's coalitions, x outputs */
function solved({ row, output }: Task, game: Game, values: Float64Array, units: number): ShapValues {
  const value = (set: number) => values[set * units + output] as number;
  return { row, output, prediction: value(game.all), base: value(0), ...game.shares(value) };
}

/** Values of coalitions that are kept at once. */
const mostValues = 2 ** 22;

function rowsFrom({ rows, values }: FeatureRows, inputs: number, first: number, most: number): FeatureRows {
  const count = Math.min(most, rows - first);
  return { rows: count, values: values.subarray(first * inputs, (first + count) * inputs) };
}

/** The subject with its progress as a part of the whole: from `start`, `share` of it. */
function partOf(subject: Subject, start: number, share: number): Subject {
  const { onProgress } = subject;
  if (!onProgress) return subject;
  return {
    ...subject,
    onProgress: (done, total) => {
      const all = Math.round(total / share);
      onProgress(Math.min(all, Math.round(start * all) + done), all);
    },
  };
}

function sampledRows(x: FeatureRows, inputs: number, most: number, seed: number): FeatureRows {
  if (x.rows <= most) return x;
  return { rows: most, values: takenRows(x.values, sampledPlaces(x.rows, most, seed), inputs) };
}
