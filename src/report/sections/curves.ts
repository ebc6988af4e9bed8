import { quantile } from 'd3-array';
import { numberAxis } from '../charts/axes.ts';
import { colors } from '../charts/colors.ts';
import { figure } from '../charts/figure.ts';
import { band, line, type Point } from '../charts/marks.ts';
import { plot } from '../charts/plot.ts';
import { count, counted, number } from '../numbers.ts';
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

/** The best trial's training against everyone's. */
export function curvesSection({ ranked, ended, settings }: StudyView): Section | undefined {
  const [best] = ranked;
  const own = best && curveOf(best);
  if (!best || !own || own.epochs.length < 2) return undefined;
  const others = sample(ended, mostCurves).map(curveOf);
  const crowd = bands(
    others.filter(({ epochs }) => epochs.length > 1),
    own.epochs.at(-1) ?? 1,
  );
  const validation = positive(own.epochs, own.validation);
  const training = positive(own.epochs, own.training);
  const every = [
    ...crowd.flatMap(({ values }) => [values[0], values[4]]),
    ...[...validation, ...training].map(([, y]) => y),
  ];
  const y = numberAxis('loss', Math.min(...every), Math.max(...every), { isLogarithmic: true });
  const x = numberAxis('epoch', 1, Math.max(settings.epochs, own.epochs.at(-1) ?? 1), { room: 0.01 });
  const placed = (points: readonly Point[]) => points.map(([epoch, loss]) => [epoch, y.place(loss)] as const);
  const edge = (i: number) => placed(crowd.map(({ epoch, values }) => [epoch, values[i] as number] as const));
  return {
    id: 'curves',
    title: 'How the best one learned',
    content: figure({
      id: 'curves',
      caption: captionOf(best, own, others.length < ended.length ? others.length : undefined),
      key: [
        { color: colors.best, label: `validation, trial ${count(best.record.index)}`, mark: 'line' },
        { color: colors.best, label: 'training', mark: 'dashes' },
        { color: colors.trend, label: 'median of all, validation', mark: 'line' },
        { color: colors.crowd, label: 'middle 50 % and 80 %', mark: 'area' },
      ],
      draw: () =>
        plot(x, y, [
          band(edge(0), edge(4), colors.crowd, 0.18),
          band(edge(1), edge(3), colors.crowd, 0.26),
          line(edge(2), colors.trend, { width: 1.5 }),
          line(placed(training), colors.best, { isDashed: true }),
          line(placed(validation), colors.best, { width: 2.5 }),
        ]),
    }),
  };
}

function captionOf(
  { record, result }: EndedTrial,
  { epochs, training, validation }: Curve,
  sampled?: number,
): string {
  const known = validation
    .map((loss, i) => ({ loss, epoch: epochs[i] as number }))
    .filter(({ loss }) => Number.isFinite(loss));
  const lowest = known.reduce(
    (least, row) => (row.loss < least.loss ? row : least),
    known[0] ?? { loss: Number.NaN, epoch: 0 },
  );
  const last = known.at(-1);
  const rise =
    last && last.loss > 1.02 * lowest.loss ? `, and rose to ${number(last.loss, 3)} by the end` : '';
  const validationText =
    known.length > 0
      ? ` Its validation loss was lowest at epoch ${count(lowest.epoch)}, ${number(lowest.loss, 3)}${rise}.`
      : '';
  const crowd = sampled ? `${counted(sampled, 'sampled trial')}` : 'all trials';
  return `Losses of trial ${count(record.index)}, means over its runs, in ${number(result.epochs, 3)} epochs.${validationText} Its training loss ended at ${number(training.at(-1) ?? Number.NaN, 3)}. The bands are quantiles of the validation loss of ${crowd} still training at that epoch.`;
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
function bands(curves: readonly Curve[], lastEpoch: number): { epoch: number; values: number[] }[] {
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
