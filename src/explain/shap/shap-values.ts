import { knownOptions, oneOf, wholeNumber } from '../../core/check.ts';
import { UsageError } from '../../core/errors.ts';
import type { Features } from '../../train/rows.ts';
import { type Attribution, tasksOf } from '../attribution.ts';
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
import { type Coalitions, coalitionValues } from './coalitions.ts';
import { allCoalitions, exactShares } from './exact.ts';
import { orderPairs, prefixCoalitions, prefixCount, sampledShares } from './sampled.ts';
import type { ColumnShares } from './shares.ts';

const shapMethods = ['auto', 'exact', 'sampling'] as const;

export interface ShapOptions extends ExplainRunOptions {
  /** Rows whose values stand for "not known". Default: up to 100 of x, drawn at random. */
  readonly background?: Features;
  /** The most rows of the background that are used, drawn at random. Default 100. */
  readonly backgroundRows?: number;
  /** All coalitions, or sampled orders of the columns. Default auto: exact for up to 10 columns. */
  readonly method?: (typeof shapMethods)[number];
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

const mostExactColumns = 10;
/** Beyond this many, the coalitions do not fit into memory. */
const mostColumnsAtAll = 20;

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
  const { count } = game.coalitions;
  const blockRows = Math.max(1, Math.floor(mostValues / (count * units)));
  for (let first = 0; first < rows.rows; first += blockRows) {
    const block = rowsFrom(rows, network.inputs, first, blockRows);
    const part = partOf(subject, first / rows.rows, block.rows / rows.rows);
    const values = await coalitionValues(part, block, background, game.coalitions);
    const own = tasks.filter(({ row }) => row >= first && row < first + block.rows);
    for (const { row, output } of own) {
      const value = (set: number) => values[((row - first) * count + set) * units + output] as number;
      const ends = { prediction: value(game.all), base: value(0) };
      found.push({ row, output, ...ends, ...game.shares(value) });
    }
  }
  return found;
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
    onProgress: (done, total) => onProgress(start * (total / share) + done, total / share),
  };
}

/** Which coalitions are computed, and what follows from their values. */
interface Game {
  readonly coalitions: Coalitions;
  /** Place of the coalition of all columns; that of none is the first. */
  readonly all: number;
  readonly shares: (value: (place: number) => number) => ColumnShares;
}

/** Whether the default method takes all coalitions of so many columns. */
export function isExactByDefault(columns: number): boolean {
  return columns <= mostExactColumns;
}

/** How many coalitions the default method takes. */
export function coalitionCount(columns: number, pairs: number): number {
  return isExactByDefault(columns) ? 2 ** columns : prefixCount(columns, 2 * pairs);
}

function gameOf(columns: number, seed: number, { method = 'auto', pairs = 10 }: ShapOptions): Game {
  oneOf('method', method, shapMethods);
  wholeNumber('pairs', pairs, 2);
  if (method === 'exact' || (method === 'auto' && isExactByDefault(columns))) {
    if (columns > mostColumnsAtAll) {
      throw new UsageError(
        `method must be sampling for ${columns} columns (exact takes up to ${mostColumnsAtAll}), got exact`,
      );
    }
    const coalitions = allCoalitions(columns);
    return { coalitions, all: coalitions.count - 1, shares: (value) => exactShares(columns, value) };
  }
  const orders = orderPairs(columns, pairs, seed);
  return { coalitions: prefixCoalitions(orders), all: 1, shares: (value) => sampledShares(orders, value) };
}

function sampledRows(x: FeatureRows, inputs: number, most: number, seed: number): FeatureRows {
  if (x.rows <= most) return x;
  const places = sampledPlaces(x.rows, most, seed);
  const values = new Float32Array(most * inputs);
  places.forEach((place, i) => {
    values.set(x.values.subarray(place * inputs, (place + 1) * inputs), i * inputs);
  });
  return { rows: most, values };
}
