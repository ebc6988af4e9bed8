import { extent, minIndex, quantile } from 'd3-array';
import type { EChartsCoreOption } from 'echarts/core';
import { numberAxis } from '../charts/axes.ts';
import { colors } from '../charts/colors.ts';
import { figure } from '../charts/figure.ts';
import { band, line, type Point } from '../charts/marks.ts';
import { plot } from '../charts/plot.ts';
import { count, number, sentences } from '../numbers.ts';
import { sample } from '../sample.ts';
import type { EndedTrial, StudyView } from '../study-view.ts';
import type { Section } from './section.ts';

/** Curves that quantiles are taken of: more would not move them visibly. */
const mostCurves = 2000;
const gridSize = 48;
const quantiles = [0.1, 0.25, 0.5, 0.75, 0.9] as const;

/** Losses of one trial by epoch. */
interface Curve {
  readonly epochs: readonly number[];
  readonly training: readonly number[];
  readonly validation: readonly number[];
}

/** Quantiles of the crowd's validation losses at an epoch. */
interface Band {
  readonly epoch: number;
  readonly values: readonly number[];
}

/** The best trial's training against everyone's. */
export function curvesSection({ ranked, ended, settings }: StudyView): Section | undefined {
  const [best] = ranked;
  const own = best && curveOf(best);
  if (!best || !own || own.epochs.length < 2) return undefined;
  const others = sample(ended, mostCurves);
  const curves = others.map(curveOf).filter(({ epochs }) => epochs.length > 1);
  const quantilesByEpoch = bands(curves, own.epochs.at(-1) ?? 1);
  return {
    id: 'curves',
    title: 'How the best one learned',
    content: figure({
      id: 'curves',
      caption: sentences(
        `Losses of trial ${count(best.record.index)}, means over its runs, in ${number(best.result.epochs, 3)} epochs.`,
        lowestText(own),
        `Its training loss ended at ${number(own.training.at(-1) ?? Number.NaN, 3)}.`,
        'The bands are quantiles of the validation loss of',
        others.length < ended.length ? `${count(others.length)} sampled` : 'all',
        'trials still training at that epoch.',
      ),
      key: [
        { color: colors.best, label: `validation, trial ${count(best.record.index)}`, mark: 'line' },
        { color: colors.best, label: 'training', mark: 'dashes' },
        { color: colors.trend, label: 'median of all, validation', mark: 'line' },
        { color: colors.crowd, label: 'middle 50 % and 80 %', mark: 'area' },
      ],
      draw: () => draw(own, quantilesByEpoch, settings.epochs),
    }),
  };
}

/** Where the validation loss was lowest, and whether it rose again. */
function lowestText({ epochs, validation }: Curve): string | undefined {
  const at = minIndex(validation);
  const [lowest, last] = [validation[at], validation.at(-1)];
  if (lowest === undefined || last === undefined) return undefined;
  const rise = last > 1.02 * lowest && `, and rose to ${number(last, 3)} by the end`;
  return `Its validation loss was lowest at epoch ${count(epochs[at] ?? 0)}, ${number(lowest, 3)}${rise || ''}.`;
}

function draw(own: Curve, crowd: readonly Band[], mostEpochs: number): EChartsCoreOption {
  const validation = positive(own.epochs, own.validation);
  const training = positive(own.epochs, own.training);
  const edges = quantiles.map((_, i) =>
    crowd.map(({ epoch, values }): Point => [epoch, values[i] as number]),
  );
  const [least = 0.1, most = 1] = extent([...edges.flat(), ...validation, ...training], ([, loss]) => loss);
  const x = numberAxis('epoch', 1, Math.max(mostEpochs, own.epochs.at(-1) ?? 1), { room: 0.01 });
  const y = numberAxis('loss', least, most, { isLogarithmic: true });
  const placed = (points: readonly Point[]) => points.map(([epoch, loss]): Point => [epoch, y.place(loss)]);
  const [low = [], lower = [], middle = [], upper = [], high = []] = edges.map(placed);
  return plot(x, y, [
    band(low, high, colors.crowd, 0.18),
    band(lower, upper, colors.crowd, 0.26),
    line(middle, colors.trend, { width: 1.5 }),
    line(placed(training), colors.best, { isDashed: true }),
    line(placed(validation), colors.best, { width: 2.5 }),
  ]);
}

function curveOf({ result }: EndedTrial): Curve {
  const column = (place: number) =>
    Array.from({ length: result.curve.length / 3 }, (_, row) => result.curve[3 * row + place] as number);
  return { epochs: column(0), training: column(1), validation: column(2) };
}

/** The points that a logarithmic axis can show. */
function positive(epochs: readonly number[], losses: readonly number[]): Point[] {
  return epochs.flatMap((epoch, i) => {
    const loss = losses[i] as number;
    return loss > 0 && Number.isFinite(loss) ? [[epoch, loss] as const] : [];
  });
}

/** Quantiles of the validation losses at some epochs, of the trials that came so far. */
function bands(curves: readonly Curve[], lastEpoch: number): Band[] {
  const epochs = Array.from({ length: gridSize }, (_, i) => 1 + (i / (gridSize - 1)) * (lastEpoch - 1));
  return epochs.flatMap((epoch) => {
    const losses = curves
      .map((curve) => lossAt(curve, epoch))
      .filter((loss) => loss > 0 && Number.isFinite(loss));
    if (losses.length === 0) return [];
    return [{ epoch, values: quantiles.map((share) => quantile(losses, share) as number) }];
  });
}

/** The validation loss between two rows; NaN after the last. */
function lossAt({ epochs, validation }: Curve, epoch: number): number {
  const after = epochs.findIndex((own) => own >= epoch);
  if (after < 0) return Number.NaN;
  const to = epochs[after] as number;
  if (after === 0) return to === epoch ? (validation[0] as number) : Number.NaN;
  const from = epochs[after - 1] as number;
  const share = (epoch - from) / (to - from);
  return (1 - share) * (validation[after - 1] as number) + share * (validation[after] as number);
}
