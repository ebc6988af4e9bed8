import { max, min } from 'd3-array';
import { type ScaleLogarithmic, scaleLog } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import { element, escaped, figure } from '../svg.ts';
import type { DataName } from './job.ts';
import { type SystemName, systemNames, type TuningResult, titles } from './run.ts';
import { spreadOverTime, type TraceSpread } from './trace.ts';

type Scale = ScaleLogarithmic<number, number>;

/** The best score of one system over time, on one data set. */
interface Curve {
  readonly system: SystemName;
  readonly spreads: readonly TraceSpread[];
}

interface Panel {
  readonly data: DataName;
  readonly curves: readonly Curve[];
}

const width = 1000;
const header = 112;
const footer = 40;
const margins = { left: 24, between: 12 };
/** A panel's plot inside of its place. */
const inner = { left: 46, top: 30, right: 12, height: 250, bottom: 52 };
/** Scores worse than so many times the best are cut off: what matters lies below. */
const mostTimesBest = 4;

const light = {
  page: '#ffffff',
  ink: '#1c2430',
  soft: '#5d6878',
  grid: '#e4e8ed',
  'shoal-cold': '#1a66b3',
  'shoal-warm': '#3f9bd8',
  optuna: '#b4530a',
  'keras-tuner': '#b02a5b',
  halving: '#4d7a1f',
};
const dark: typeof light = {
  page: '#10151c',
  ink: '#e8edf3',
  soft: '#9aa7b7',
  grid: '#29323e',
  'shoal-cold': '#6cb6ff',
  'shoal-warm': '#a5d4ff',
  optuna: '#ffa657',
  'keras-tuner': '#ff7eb0',
  halving: '#9ccc65',
};

/** What is coloured; written out, since not every viewer of SVG knows variables. */
function coloured(colours: typeof light): string {
  const curves = systemNames.map(
    (name) => `.${name} { fill: ${colours[name]} } .line.${name} { fill: none; stroke: ${colours[name]} }`,
  );
  return `
  .page { fill: ${colours.page} } text { fill: ${colours.ink} } .soft { fill: ${colours.soft} }
  .grid { stroke: ${colours.grid} } .axis { stroke: ${colours.soft} } ${curves.join(' ')}`;
}

/** Light by default, dark where the reader's system is; system fonts. */
const style = `
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif }
  .heading { font-size: 21px; font-weight: 650 } .lead { font-size: 13.5px }
  .title { font-size: 13.5px; font-weight: 650 } .label { font-weight: 600 }
  .tick { font-size: 11px; font-variant-numeric: tabular-nums }
  .line { stroke-width: 2; stroke-linejoin: round } .band { fill-opacity: 0.13 }
  .line.shoal-warm { stroke-dasharray: 5 3 }
  ${coloured(light)}
  @media (prefers-color-scheme: dark) {${coloured(dark)}
  }
`;

/** The figure: the best score so far over the seconds, a panel for each data set, as an SVG file. */
export function tuningPlot(result: TuningResult, ranOn: string): string {
  const panels = panelsOf(result);
  const height = header + inner.top + inner.height + inner.bottom + footer;
  const step = (width - 2 * margins.left + margins.between) / panels.length;
  const plotWidth = step - margins.between - inner.left - inner.right;
  const x = scaleLog([firstSecond(panels), result.seconds], [0, plotWidth]);
  const places = panels.map((panel, i) =>
    element('g', { transform: `translate(${margins.left + i * step} ${header})` }, drawPanel(panel, x, i)),
  );
  return figure(
    { id: 'tuning', title: 'Time to a tuned model', description: description(panels), width, height, style },
    heading(result, panels),
    ...places.map((place) => `\n${place}`),
    text(margins.left, height - 16, 'soft', ranOn),
  );
}

function panelsOf({ runs, seconds }: TuningResult): Panel[] {
  return [...new Set(runs.map(({ data }) => data))].map((data) => ({
    data,
    curves: systemNames
      .map((system) => {
        const traces = runs.filter(
          (run) => run.data === data && run.system === system && run.trace.length > 0,
        );
        return {
          system,
          spreads: spreadOverTime(
            traces.map(({ trace }) => trace),
            seconds,
          ),
        };
      })
      .filter(({ spreads }) => spreads.length > 0),
  }));
}

/** 1, 2 or 5 times a power of ten, before the first score. */
function firstSecond(panels: readonly Panel[]): number {
  const starts = panels.flatMap(({ curves }) => curves.map(({ spreads }) => spreads[0]?.seconds ?? 1));
  const first = min(starts) ?? 1;
  const power = 10 ** Math.floor(Math.log10(first));
  return power * (first >= 5 * power ? 5 : first >= 2 * power ? 2 : 1);
}

function heading({ seeds }: TuningResult, panels: readonly Panel[]): string {
  const shown = systemNames.filter((name) =>
    panels.some(({ curves }) => curves.some(({ system }) => system === name)),
  );
  const names = shown.map((name) =>
    element('tspan', { class: `label ${name}`, dx: 14 }, escaped(titles[name])),
  );
  const spread = seeds > 1 ? `; median and range of ${seeds} seeds` : '';
  return [
    text(margins.left, 36, 'heading', 'Time to a tuned model'),
    text(
      margins.left,
      59,
      'lead',
      `Best cross-validated log loss so far, seconds since the process started${spread}`,
    ),
    element('text', { class: 'lead', x: margins.left - 14, y: 82 }, ...names),
  ].join('');
}

function drawPanel({ data, curves }: Panel, x: Scale, index: number): string {
  const y = verticalScale(curves);
  const plotWidth = x.range()[1] as number;
  const clip = `tuning-clip-${index}`;
  return [
    text(0, 14, 'title', data),
    element(
      'g',
      { transform: `translate(${inner.left} ${inner.top})` },
      element(
        'clipPath',
        { id: clip },
        element('rect', { x: 0, y: 0, width: plotWidth + 1, height: inner.height }),
      ),
      drawAxes(x, y, plotWidth),
      element('g', { 'clip-path': `url(#${clip})` }, ...curves.map((curve) => drawCurve(curve, x, y))),
    ),
  ].join('');
}

/** From a little below the least score to the worst first one, but not far above what anyone ends with. */
function verticalScale(curves: readonly Curve[]): Scale {
  const least = min(curves, ({ spreads }) => spreads.at(-1)?.least) ?? 0.1;
  const first = max(curves, ({ spreads }) => spreads[0]?.median) ?? 1;
  const end = max(curves, ({ spreads }) => spreads.at(-1)?.most) ?? 1;
  const most = Math.max(1.1 * end, Math.min(first, mostTimesBest * least));
  return scaleLog([least / 1.05, most * 1.05], [inner.height, 0]);
}

function drawAxes(x: Scale, y: Scale, plotWidth: number): string {
  const bottom = inner.height;
  const rows = y.ticks(6).map((value) => {
    const at = y(value);
    return (
      element('line', { class: 'grid', x2: plotWidth, y1: at, y2: at }) +
      text(-8, at + 4, 'soft tick', `${Number(value.toPrecision(3))}`, 'end')
    );
  });
  const marks = roundTicks(x).map((value) => {
    const at = x(value);
    return (
      element('line', { class: 'axis', x1: at, x2: at, y1: bottom, y2: bottom + 4 }) +
      text(at, bottom + 17, 'soft tick', `${value}`, 'middle')
    );
  });
  return [
    ...rows,
    element('line', { class: 'axis', x2: plotWidth, y1: bottom, y2: bottom }),
    ...marks,
    text(plotWidth / 2, bottom + 35, 'soft tick', 'seconds', 'middle'),
  ].join('');
}

/** 1, 2 and 5 times powers of ten. */
function roundTicks(scale: Scale): number[] {
  return scale.ticks(20).filter((value) => ['1', '2', '5'].includes(value.toExponential()[0] as string));
}

function drawCurve({ system, spreads }: Curve, x: Scale, y: Scale): string {
  const band = area<TraceSpread>(
    ({ seconds }) => x(seconds),
    ({ least }) => y(least),
    ({ most }) => y(most),
  ).curve(curveStepAfter);
  const middle = line<TraceSpread>(
    ({ seconds }) => x(seconds),
    ({ median }) => y(median),
  ).curve(curveStepAfter);
  return [
    element('path', { class: `band ${system}`, d: band.digits(1)(spreads) ?? '' }),
    element('path', { class: `line ${system}`, d: middle.digits(1)(spreads) ?? '' }),
  ].join('');
}

/** The figure in words, for those who cannot see it. */
function description(panels: readonly Panel[]): string {
  const sentences = panels.map(({ data, curves }) => {
    const words = curves.map(({ system, spreads }) => {
      const end = spreads.at(-1);
      return `${titles[system]} ends at ${Number(end?.median.toPrecision(3))}`;
    });
    return `${data}: ${words.join(', ')}.`;
  });
  return `Median log loss. ${sentences.join(' ')}`;
}

function text(x: number, y: number, kind: string, content: string, anchor = 'start'): string {
  const attributes = { class: kind, x, y, ...(anchor !== 'start' && { 'text-anchor': anchor }) };
  return element('text', attributes, escaped(content));
}
