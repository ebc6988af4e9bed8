import { quantile } from 'd3-array';
import type { StudySettings } from '../study/records.ts';
import type { ParameterValue } from '../study/space-types.ts';
import { mostChoices } from './importance/feature.ts';
import { brief, valueText } from './numbers.ts';
import type { EndedTrial } from './study-view.ts';

/**
 * One parameter of all trials. `number`: any number; `level`: one of few numbers, in their order; `choice`: values
 * without an order.
 */
export interface ParameterColumn {
  readonly name: string;
  /** The name as it may stand in a sentence. */
  readonly title: string;
  readonly kind: 'number' | 'level' | 'choice';
  /** Texts of levels and choices; empty for numbers. */
  readonly labels: readonly string[];
  /** Numbers, or places in `labels`; NaN where the parameter is switched off. */
  readonly values: Float64Array;
  /** Whether numbers spread over orders of magnitude. */
  readonly isLogarithmic: boolean;
}

const mostLevels = 8;
/** Numbers are levels where each comes back this often. */
const trialsPerLevel = 4;
/**
 * A scale is logarithmic where the values in the middle 96 % span this ratio. Numbers spread evenly from 0 on span 49,
 * whatever their smallest is.
 */
const logarithmicRatio = 100;
const middle = [0.02, 0.98] as const;

const natural = new Intl.Collator('en', { numeric: true });

/**
 * The parameters that differ among the trials, in the order in which they first occur.
 *
 * @param space the study's search space, which says whose scale is logarithmic; what it does not name is found out
 */
export function parameterColumns(
  trials: readonly EndedTrial[],
  space: StudySettings['space'] = {},
): ParameterColumn[] {
  const scales = numberScales(space);
  const names = new Set(trials.flatMap(({ record }) => Object.keys(record.parameters)));
  return [...names].flatMap((name) => {
    const values = trials.map(({ record }) => record.parameters[name]);
    const column = columnOf(name, values, scales.get(name));
    const kinds = new Set(column.values);
    return kinds.size > 1 ? [column] : [];
  });
}

/** Whether the scales of a space's numbers are logarithmic. */
function numberScales({ parameters = {} }: StudySettings['space']): Map<string, boolean> {
  const entries = Object.entries(parameters as Record<string, { type?: string; log?: boolean }>);
  const numbers = entries.filter(([, own]) => own?.type === 'float' || own?.type === 'int');
  return new Map(numbers.map(([name, { log = false }]) => [name, log]));
}

function columnOf(
  name: string,
  values: readonly (ParameterValue | undefined)[],
  isLogarithmic: boolean | undefined,
): ParameterColumn {
  const known = values.filter((value) => value !== undefined);
  if (!known.every((value) => typeof value === 'number')) return choiceColumn(name, values);
  const distinct = [...new Set(known)].sort((a, b) => a - b);
  const comeBack = distinct.length <= mostLevels && known.length >= trialsPerLevel * distinct.length;
  const isLevel = comeBack || distinct.length === 1;
  const numbers = Float64Array.from(values, (value) => (typeof value === 'number' ? value : Number.NaN));
  return {
    name,
    title: brief(name),
    kind: isLevel ? 'level' : 'number',
    labels: isLevel ? distinct.map(valueText) : [],
    values: isLevel
      ? numbers.map((value) => (Number.isNaN(value) ? value : distinct.indexOf(value)))
      : numbers,
    isLogarithmic: isLogarithmic ?? spansOrders(known),
  };
}

function spansOrders(numbers: readonly number[]): boolean {
  const [low = 0, high = 0] = middle.map((share) => quantile(numbers, share));
  return low > 0 && high / low >= logarithmicRatio && numbers.every((value) => value > 0);
}

/** Rare choices beyond the most that a chart can show become one, `others`. */
function choiceColumn(name: string, values: readonly (ParameterValue | undefined)[]): ParameterColumn {
  const counts = new Map<string, number>();
  const texts = values.map((value) => (value === undefined ? undefined : valueText(value)));
  for (const text of texts) if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1);
  const frequent = [...counts].sort((a, b) => b[1] - a[1]).map(([text]) => text);
  const own = frequent.slice(0, frequent.length > mostChoices - 1 ? mostChoices - 2 : frequent.length);
  const labels = own.sort(natural.compare);
  if (labels.length < frequent.length) labels.push('others');
  const places = new Map(labels.map((label, place) => [label, place]));
  return {
    name,
    title: brief(name),
    kind: 'choice',
    labels: labels.map((label) => brief(label)),
    values: Float64Array.from(texts, (text) =>
      text === undefined ? Number.NaN : (places.get(text) ?? labels.length - 1),
    ),
    isLogarithmic: false,
  };
}

/** Where a parameter's values lie from 0 to 1, as the forest and parallel axes see them; NaN stays. */
export function placesOf(column: ParameterColumn): Float64Array {
  const { kind, labels, values } = column;
  if (kind === 'choice') return values;
  if (kind === 'level') return values.map((level) => (level + 0.5) / labels.length);
  const { least, most, scaled } = scaleOf(column);
  return values.map((value) => (scaled(value) - least) / (most - least));
}

/** A number column's ends on its own scale. */
export function scaleOf({ values, isLogarithmic }: ParameterColumn) {
  const scaled = isLogarithmic ? Math.log10 : (value: number) => value;
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    least = Math.min(least, scaled(value));
    most = Math.max(most, scaled(value));
  }
  return { least, most, scaled };
}
