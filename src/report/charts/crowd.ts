import { count } from '../numbers.ts';
import type { EndedTrial } from '../study-view.ts';
import type { Axis } from './axes.ts';
import { colors, densityColor, levels } from './colors.ts';
import type { Size } from './draw.ts';
import type { KeyEntry } from './figure.ts';
import { density, dots, type Point } from './marks.ts';

/** Beyond this many trials, how many lie where is drawn instead of each. */
export const mostDots = 2000;

/** Pixels of a cell. */
const cellSize = 9;

/** The trials behind a chart: dots, or a grid of counts where they are many. */
export function crowdSeries(
  trials: readonly EndedTrial[],
  pointsOf: (trials: readonly EndedTrial[]) => Point[],
  x: Axis,
  y: Axis,
  { width, height }: Size,
) {
  if (trials.length > mostDots) {
    const ends = { x: [x.low, x.high], y: [y.low, y.high] } as const;
    return density(pointsOf(trials), ends, Math.round(width / cellSize), Math.round(height / cellSize));
  }
  const isPruned = ({ result }: EndedTrial) => result.state === 'pruned';
  const size = trials.length > 500 ? 4 : 5.5;
  return [
    dots(pointsOf(trials.filter(isPruned)), colors.pruned, size, 0.6),
    dots(pointsOf(trials.filter((trial) => !isPruned(trial))), colors.crowd, size, 0.65),
  ];
}

/** What the marks of `crowdSeries` mean. */
export function crowdKey(trials: readonly EndedTrial[]): KeyEntry[] {
  if (trials.length > mostDots) {
    return [
      { color: densityColor(1), label: 'few trials', mark: 'area' },
      { color: densityColor(levels - 1), label: 'many trials', mark: 'area' },
    ];
  }
  const pruned = trials.filter(({ result }) => result.state === 'pruned').length;
  return [
    { color: colors.crowd, label: `complete (${count(trials.length - pruned)})` },
    ...(pruned > 0 ? [{ color: colors.pruned, label: `pruned (${count(pruned)}), at its last value` }] : []),
  ];
}
