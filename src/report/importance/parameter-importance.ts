import { quantile } from 'd3-array';
import { type ParameterColumn, parameterColumns, placesOf } from '../parameter-columns.ts';
import { sample } from '../sample.ts';
import { costOf, type StudyView } from '../study-view.ts';
import type { Boxes } from './boxes.ts';
import { layOut } from './feature.ts';
import { growForest } from './forest.ts';
import { interactionShare, mainShares, type Share } from './importance.ts';

/** What a parameter, or two together, explain of the first objective. */
export interface Effect {
  /** Places in `ParameterImportance.columns`. */
  readonly parameters: readonly number[];
  readonly share: Share;
}

export interface ParameterImportance {
  /** The parameters that vary, over the trials that the forest has learned. */
  readonly columns: readonly ParameterColumn[];
  readonly forest: readonly Boxes[];
  /** Trials that the forest has learned. */
  readonly trials: number;
  /** The largest first. */
  readonly mains: readonly Effect[];
  /** Pairs of the most important parameters, the largest first. */
  readonly pairs: readonly Effect[];
}

const leastTrials = 20;
const mostTrials = 1500;
const pairedParameters = 5;
/** The share of the worst trials that count as being no worse than the others. */
const worst = 0.05;

/** undefined where there are too few complete trials, or where no parameter varies or changes anything. */
export function parameterImportance(view: StudyView): ParameterImportance | undefined {
  const trials = sample(
    view.ranked.toSorted((a, b) => a.record.index - b.record.index),
    mostTrials,
  );
  const columns = parameterColumns(trials, view.settings.space);
  if (trials.length < leastTrials || columns.length === 0) return undefined;
  const costs = trials.map((trial) => costOf(trial, view.objectives[0]));
  const limit = quantile(costs, 1 - worst) ?? Infinity;
  const sign = view.objectives[0].direction === 'minimize' ? 1 : -1;
  const laidOut = columns.map((column) =>
    layOut(placesOf(column), column.kind === 'choice' ? column.labels.length : undefined),
  );
  const forest = growForest(
    {
      features: laidOut.map(({ feature }) => feature),
      columns: laidOut.map(({ column }) => column),
      targets: Float64Array.from(costs, (cost) => sign * Math.min(limit, cost)),
    },
    { trees: 48, minimumLeaf: 3, seed: view.settings.seed },
  );
  const mains = mainShares(forest, columns.length).map((share, f) => ({ parameters: [f], share }));
  mains.sort(bySize);
  if (mains.every(({ share }) => share.mean === 0)) return undefined;
  return { columns, forest, trials: trials.length, mains, pairs: pairEffects(forest, mains) };
}

function pairEffects(forest: readonly Boxes[], mains: readonly Effect[]): Effect[] {
  const top = mains.slice(0, pairedParameters).map(({ parameters }) => parameters[0] as number);
  return top
    .flatMap((f, i) =>
      top.slice(i + 1).map((g) => ({ parameters: [f, g], share: interactionShare(forest, f, g) })),
    )
    .sort(bySize);
}

const bySize = (a: Effect, b: Effect) => b.share.mean - a.share.mean;
