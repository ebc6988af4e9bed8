import { quantileSorted } from 'd3-array';
import type { Objective } from '../study/records.ts';
import { type Axis, numberAxis } from './charts/axes.ts';
import { counted } from './numbers.ts';

/** An axis for an objective that leaves out the worst values, so that the good ones can be told apart. */
export interface ObjectiveAxis {
  readonly axis: Axis;
  /** Where a value is drawn: the worst at the edge. */
  readonly place: (value: number) => number;
  /** A sentence on what lies at the edge; empty where nothing does. */
  readonly note: string;
}

/** The share of trials that is drawn in its place; the others are at the edge. */
const shown = 0.96;
const logarithmicRatio = 6;

export function objectiveAxis({ metric, direction }: Objective, values: Iterable<number>): ObjectiveAxis {
  const sorted = Array.from(values)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const best = direction === 'minimize' ? sorted[0] : sorted.at(-1);
  const edge = quantileSorted(sorted, direction === 'minimize' ? shown : 1 - shown);
  const [least, most] = [Math.min(best ?? 0, edge ?? 0), Math.max(best ?? 1, edge ?? 1)];
  const isLogarithmic = least > 0 && most / least > logarithmicRatio;
  const axis = numberAxis(metric, least, most, { isLogarithmic });
  const place = (value: number) => {
    const at = axis.place(direction === 'minimize' && isLogarithmic ? Math.max(value, least) : value);
    return Math.min(axis.high, Math.max(axis.low, Number.isNaN(at) ? axis.low : at));
  };
  const outside = sorted.filter((value) => {
    const at = axis.place(value);
    return !(at >= axis.low && at <= axis.high);
  }).length;
  const note =
    outside > 0
      ? `${counted(outside, 'trial')} with worse values stand${outside === 1 ? 's' : ''} at the edge.`
      : '';
  return { axis, place, note };
}
