import { extent, mean } from 'd3-array';
import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { AdapterDescription } from '../src/engine/webgpu/device.ts';
import { type BatchPoint, type BatchSizeResult, usual } from './batch-size.ts';
import { lengthOf, scalingFormulas } from './batch-size-tables.ts';
import { adapterLine, short } from './report.ts';
import type { Quartiles } from './statistics.ts';
import { element, escaped, figure } from './svg.ts';

type Scale = ScaleContinuousNumeric<number, number>;
type Kind = 'held' | 'scaled' | 'whole';

/** One curve: a median and a band of quartiles over the batch sizes. */
interface Curve {
  readonly kind: Kind;
  /** Written at its end. */
  readonly label: string;
  readonly spreads: readonly Quartiles[];
}

interface Panel {
  readonly title: string;
  readonly note: string;
  readonly curves: readonly Curve[];
  readonly logarithmic?: boolean;
  /** Panels of one name share their vertical axis. */
  readonly shares?: string;
}

const width = 1000;
const header = 100;
const footer = 58;
const columns = 3;
const margins = { left: 24, between: 12 };
/** A panel's plot inside of its place. */
const inner = { left: 42, top: 48, right: 50, height: 158, bottom: 46 };
const panelWidth = (width - 2 * margins.left - (columns - 1) * margins.between) / columns;
const panelHeight = inner.top + inner.height + inner.bottom;
const plotWidth = panelWidth - inner.left - inner.right;

const light = {
  page: '#ffffff',
  ink: '#1c2430',
  soft: '#5d6878',
  grid: '#e4e8ed',
  held: '#b4530a',
  scaled: '#1a66b3',
};
const dark = {
  page: '#10151c',
  ink: '#e8edf3',
  soft: '#9aa7b7',
  grid: '#29323e',
  held: '#ffa657',
  scaled: '#6cb6ff',
};

/** What is coloured; written out, since not every viewer of SVG knows variables. */
function coloured({ page, ink, soft, grid, held, scaled }: typeof light): string {
  const curve = (kind: Kind, colour: string) =>
    `.${kind} { fill: ${colour} } .line.${kind} { fill: none; stroke: ${colour} }`;
  return `
  .page { fill: ${page} } text { fill: ${ink} } .soft { fill: ${soft} }
  .grid { stroke: ${grid} } .axis { stroke: ${soft} } .dot { stroke: ${page} }
  ${curve('held', held)} ${curve('scaled', scaled)} ${curve('whole', soft)}`;
}

/** Light by default, dark where the reader's system is; system fonts. */
const style = `
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif }
  .heading { font-size: 21px; font-weight: 650 } .lead { font-size: 13.5px }
  .title { font-size: 13.5px; font-weight: 650 } .label { font-weight: 600 }
  .tick { font-size: 11px; font-variant-numeric: tabular-nums }
  .usual { stroke-dasharray: 2 3 } .line { stroke-width: 2; stroke-linejoin: round } .band { fill-opacity: 0.2 }
  ${coloured(light)}
  @media (prefers-color-scheme: dark) {${coloured(dark)}
  }
`;

/** The figure: small panels of one measure each over the batch size, as an SVG file. */
export function batchSizePlot(result: BatchSizeResult, adapter: AdapterDescription): string {
  const panels = panelsOf(result);
  const sizes = result.held.map(({ batchSize }) => batchSize);
  const height = header + Math.ceil(panels.length / columns) * panelHeight + footer;
  const places = panels.map((panel, i) => {
    const x = margins.left + (i % columns) * (panelWidth + margins.between);
    const y = header + Math.floor(i / columns) * panelHeight;
    return element('g', { transform: `translate(${x} ${y})` }, drawPanel(panel, panels, sizes));
  });
  return figure(
    {
      id: 'batch-size',
      title: 'What the batch size changes',
      description: description(panels, sizes),
      width,
      height,
      style,
    },
    heading(result),
    ...places.map((place) => `\n${place}`),
    text(margins.left, height - 36, 'soft', runLine(result)),
    text(margins.left, height - 17, 'soft', adapterLine(adapter)),
  );
}

function panelsOf(result: BatchSizeResult): Panel[] {
  const { held, scaled, margin } = result;
  const both = (value: (point: BatchPoint) => Quartiles): Curve[] => [
    { kind: 'held', label: 'held', spreads: held.map(value) },
    { kind: 'scaled', label: 'scaled', spreads: scaled.map(value) },
  ];
  const exact = (value: number): Quartiles => ({ lower: value, median: value, upper: value });
  const whole: Curve = { kind: 'whole', label: 'to end', spreads: held.map(({ ms }) => exact(ms)) };
  const close = `within ${100 * margin} % of the best`;
  return [
    {
      title: 'Time to train, ms',
      note: `to the end, and to ${close}`,
      curves: [whole, ...both(({ msToBest }) => msToBest)],
      logarithmic: true,
    },
    {
      title: 'Training loss',
      note: 'of the final weights',
      curves: both(({ trainingLoss }) => trainingLoss),
      shares: 'loss',
    },
    {
      title: 'Validation loss',
      note: 'of the final weights, same scale',
      curves: both(({ validationLoss }) => validationLoss),
      shares: 'loss',
    },
    {
      title: 'Epochs to the best',
      note: `until the validation loss is ${close}`,
      curves: both(({ epochsToBest }) => epochsToBest),
      logarithmic: result.equal === 'steps',
    },
    {
      title: 'Generalisation gap',
      note: 'validation loss less training loss',
      curves: both(({ gap }) => gap),
    },
    {
      title: 'Validation accuracy, %',
      note: 'of the final weights',
      curves: both(({ accuracy: { lower, median, upper } }) => ({
        lower: 100 * lower,
        median: 100 * median,
        upper: 100 * upper,
      })),
    },
  ];
}

function heading(result: BatchSizeResult): string {
  const { seeds, scaling } = result;
  const setting = `10-16-1 on 800 rows, Adam, ${lengthOf(result)}; medians and quartiles of ${seeds} trainings a point that differ in their seeds`;
  const rates = element(
    'text',
    { class: 'lead', x: margins.left, y: 80 },
    'Learning rate ',
    element('tspan', { class: 'label held' }, `held at ${usual.learningRate}`),
    ', or ',
    element('tspan', { class: 'label scaled' }, `scaled: ${scalingFormulas[scaling]}`),
  );
  return [
    text(margins.left, 36, 'heading', 'What the batch size changes'),
    text(margins.left, 59, 'lead', setting),
    rates,
  ].join('');
}

function runLine({ trainings, seconds, timed }: BatchSizeResult): string {
  return (
    `All ${trainings} trainings side by side in one job: ${short(seconds)} s. Times: a share of ${timed.trials} ` +
    'trainings of one batch size at once, measured apart.'
  );
}

function drawPanel(panel: Panel, panels: readonly Panel[], sizes: readonly number[]): string {
  const x = scaleLog(extent(sizes) as [number, number], [0, plotWidth]).base(2);
  const y = verticalScale(panel, panels);
  return [
    text(0, 14, 'title', panel.title),
    text(0, 31, 'soft', panel.note),
    element(
      'g',
      { transform: `translate(${inner.left} ${inner.top})` },
      drawAxes(x, y, panel, sizes),
      ...panel.curves.map((curve) => drawCurve(curve, sizes, x, y)),
      drawLabels(panel, y),
      panel === panels[0]
        ? text(x(usual.batchSize) + 6, -1, 'soft tick', `${usual.batchSize}, Keras's default`)
        : '',
    ),
  ].join('');
}

/** From the lowest to the highest quartile of all panels that share it, with a little room. */
function verticalScale({ logarithmic, shares, curves }: Panel, panels: readonly Panel[]): Scale {
  const mates =
    shares === undefined ? curves : panels.filter((p) => p.shares === shares).flatMap((p) => p.curves);
  const values = mates.flatMap(({ spreads }) => spreads.flatMap(({ lower, upper }) => [lower, upper]));
  const [least, most] = extent(values.filter(Number.isFinite)) as [number, number];
  const range = [inner.height, 0];
  if (logarithmic) return scaleLog([least / 1.15, most * 1.15], range);
  const room = (most - least) / 20;
  return scaleLinear([least - room, most + room], range);
}

function drawAxes(x: Scale, y: Scale, { logarithmic }: Panel, sizes: readonly number[]): string {
  const shown = logarithmic ? String : y.tickFormat(5);
  const rows = ticksOf(y, logarithmic).map((value) => {
    const at = y(value);
    return (
      element('line', { class: 'grid', x2: plotWidth, y1: at, y2: at }) +
      text(-8, at + 4, 'soft tick', shown(value), 'end')
    );
  });
  const bottom = inner.height;
  const marks = sizes.map((size, i) => {
    const at = x(size);
    const mark = element('line', { class: 'axis', x1: at, x2: at, y1: bottom, y2: bottom + 4 });
    const isLast = i === sizes.length - 1;
    const isNamed = isLast || (i % 2 === 0 && i < sizes.length - 2);
    return mark + (isNamed ? text(at, bottom + 17, 'soft tick', `${size}`, 'middle') : '');
  });
  return [
    ...rows,
    element('line', {
      class: 'axis usual',
      x1: x(usual.batchSize),
      x2: x(usual.batchSize),
      y1: -10,
      y2: bottom,
    }),
    element('line', { class: 'axis', x2: plotWidth, y1: bottom, y2: bottom }),
    ...marks,
    text(plotWidth / 2, bottom + 33, 'soft tick', `batch size, of ${sizes.at(-1)} rows`, 'middle'),
  ].join('');
}

/** On a logarithmic axis 1, 2 and 5 times powers of ten. */
function ticksOf(scale: Scale, logarithmic = false): number[] {
  if (!logarithmic) return scale.ticks(5);
  const isRound = (value: number) => ['1', '2', '5'].includes(value.toExponential()[0] as string);
  return scale.ticks(20).filter(isRound);
}

function drawCurve({ kind, spreads }: Curve, sizes: readonly number[], x: Scale, y: Scale): string {
  const points = spreads
    .map((spread, i) => ({ ...spread, x: x(sizes[i] as number) }))
    .filter(({ median }) => Number.isFinite(median));
  type Point = (typeof points)[number];
  const band = area<Point>(
    (point) => point.x,
    (point) => y(point.lower),
    (point) => y(point.upper),
  );
  const middle = line<Point>(
    (point) => point.x,
    (point) => y(point.median),
  );
  const dots = points.map((point) =>
    element('circle', { class: `dot ${kind}`, cx: point.x, cy: y(point.median), r: 3 }),
  );
  return [
    element('path', { class: `band ${kind}`, d: band.digits(1)(points) ?? '' }),
    element('path', { class: `line ${kind}`, d: middle.digits(1)(points) ?? '' }),
    ...dots,
  ].join('');
}

/** The curves' names at their ends, pushed apart where they would touch. */
function drawLabels({ curves }: Panel, y: Scale): string {
  const apart = 14;
  const ends = curves
    .map(({ kind, label, spreads }) => ({ kind, label, at: y(spreads.at(-1)?.median ?? Number.NaN) }))
    .filter(({ at }) => Number.isFinite(at))
    .sort((a, b) => a.at - b.at);
  let free = Number.NEGATIVE_INFINITY;
  const places = ends.map(({ at }) => {
    const place = Math.max(at, free);
    free = place + apart;
    return place;
  });
  // All go back up by the mean of what they were pushed down, so that none is far from its end.
  const pushed = mean(places, (place, i) => place - (ends[i]?.at ?? place)) ?? 0;
  const labels = ends.map(({ kind, label }, i) =>
    text(plotWidth + 7, (places[i] as number) - pushed + 4, `label ${kind}`, label),
  );
  return labels.join('');
}

/** The figure in words, for those who cannot see it. */
function description(panels: readonly Panel[], sizes: readonly number[]): string {
  const kinds = { held: 'held rate', scaled: 'scaled rate', whole: 'to the end' };
  const sentences = panels.map(({ title, curves }) => {
    const words = curves.map(({ kind, spreads }) => {
      const at = (index: number) => Number((spreads.at(index)?.median ?? Number.NaN).toPrecision(3));
      return `${kinds[kind]} from ${at(0)} to ${at(-1)}`;
    });
    return `${title}: ${words.join(', ')}.`;
  });
  return `Medians from batch size ${sizes.at(0)} to ${sizes.at(-1)}. ${sentences.join(' ')}`;
}

function text(x: number, y: number, kind: string, content: string, anchor = 'start'): string {
  const attributes = { class: kind, x, y, ...(anchor !== 'start' && { 'text-anchor': anchor }) };
  return element('text', attributes, escaped(content));
}
