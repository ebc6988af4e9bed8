import { max, rollups, sum } from 'd3-array';
import type { EChartsCoreOption } from 'echarts/core';
import type { DeviceSpan } from '../../study/records.ts';
import { labelAxis, numberAxis } from '../charts/axes.ts';
import { colors, densityColor, levels } from '../charts/colors.ts';
import type { Size } from '../charts/draw.ts';
import { figure } from '../charts/figure.ts';
import { type Cell, cells } from '../charts/marks.ts';
import { labelRoom, plot } from '../charts/plot.ts';
import { brief, count, counted, duration, number, percent, sentences } from '../numbers.ts';
import type { StudyView } from '../study-view.ts';
import type { Table } from '../table.ts';
import type { Section } from './section.ts';

const mostRows = 10;
/** Beyond this many launches, shares of time are drawn instead of each. */
const mostBars = 400;
const binPixels = 4;
/** Of the axis: the largest of which there are at least two. */
const units = [
  { name: 'hours', ms: 3_600_000 },
  { name: 'minutes', ms: 60_000 },
  { name: 'seconds', ms: 1000 },
] as const;

interface Row {
  readonly label: string;
  readonly spans: readonly DeviceSpan[];
  readonly busyMs: number;
}

/** What the device did when. */
export function timelineSection({ elapsedMs }: StudyView, spans: readonly DeviceSpan[]): Section | undefined {
  if (spans.length === 0 || !(elapsedMs > 0)) return undefined;
  const rows = rowsOf(spans);
  const height = 70 + 26 * rows.length;
  const scale = {
    colors: Array.from({ length: levels }, (_, level) => densityColor(level)),
    from: 'seldom',
    to: 'most of the time',
  };
  return {
    id: 'timeline',
    title: 'What the device did',
    content: figure({
      id: 'timeline',
      caption: captionOf(rows, spans, elapsedMs),
      ...(spans.length > mostBars ? { scale } : {}),
      wide: { height },
      narrow: { height },
      draw: (size) => draw(rows, spans.length > mostBars, elapsedMs, size),
      data: dataOf(rows),
    }),
  };
}

function captionOf(rows: readonly Row[], spans: readonly DeviceSpan[], elapsedMs: number): string {
  const busy = sum(union(spans, 0), ([from, to]) => to - from);
  const runs = sum(spans, (span) => span.runs);
  const [first] = rows;
  const launches = `${count(spans.length)} ${spans.length === 1 ? 'launch' : 'launches'}`;
  return sentences(
    `The device was busy for ${duration(busy)} of ${duration(elapsedMs)}, ${percent(busy / elapsedMs)} of the time,`,
    `with ${counted(runs, 'training')} in ${launches}: ${number(runs / (elapsedMs / 1000), 3)} a second.`,
    first && `${brief(first.label)} took the most time, ${duration(first.busyMs)}.`,
  );
}

function draw(rows: readonly Row[], isMany: boolean, elapsedMs: number, size: Size): EChartsCoreOption {
  const unit = units.find(({ ms }) => elapsedMs >= 2 * ms) ?? units[2];
  const x = numberAxis(`time, ${unit.name}`, 0, elapsedMs / unit.ms, { room: 0.005 });
  // Labels stand from the bottom up.
  const upwards = rows.toReversed();
  const names = upwards.map(({ label }) => label);
  const series = isMany
    ? busyShares(upwards, elapsedMs, Math.round(size.width / binPixels), unit.ms)
    : [cells(rectangles(upwards, elapsedMs / size.width, unit.ms), colors.trend)];
  return plot(x, labelAxis('', names), series, { linesAt: 'x', longestLabel: labelRoom(size) });
}

function dataOf(rows: readonly Row[]): Table {
  return {
    label: 'Time of the device by what was trained',
    columns: [
      { title: 'Trained' },
      { title: 'Launches', isNumber: true },
      { title: 'Trainings', isNumber: true },
      { title: 'Time', isNumber: true },
    ],
    rows: rows.map(({ label, spans, busyMs }) => [
      label,
      count(spans.length),
      count(sum(spans, (span) => span.runs)),
      duration(busyMs),
    ]),
  };
}

/** What took the most time first; what is beyond the most rows becomes the last. */
function rowsOf(spans: readonly DeviceSpan[]): Row[] {
  const row = (label: string, own: readonly DeviceSpan[]): Row => ({
    label,
    spans: own,
    busyMs: sum(union(own, 0), ([from, to]) => to - from),
  });
  const all = rollups(
    spans,
    (own) => own,
    ({ label }) => label,
  ).map(([label, own]) => row(label, own));
  all.sort((a, b) => b.busyMs - a.busyMs);
  if (all.length <= mostRows) return all;
  const others = all.slice(mostRows - 1).flatMap((other) => other.spans);
  return [...all.slice(0, mostRows - 1), row(`${all.length - mostRows + 1} others`, others)];
}

/** Times in which any of the spans ran; gaps up to `gapMs` are closed. */
function union(spans: readonly DeviceSpan[], gapMs: number): [number, number][] {
  const sorted = spans.toSorted((a, b) => a.startMs - b.startMs);
  const times: [number, number][] = [];
  for (const { startMs, endMs } of sorted) {
    const last = times.at(-1);
    if (last && startMs <= last[1] + gapMs) last[1] = Math.max(last[1], endMs);
    else times.push([startMs, endMs]);
  }
  return times;
}

/** How busy each row kept the device in equal parts of the time, from little to much. */
function busyShares(rows: readonly Row[], elapsedMs: number, bins: number, unit: number): object[] {
  const byLevel = Array.from({ length: levels }, (): Cell[] => []);
  const length = elapsedMs / bins;
  const times = rows.map(({ spans }) => busyTimes(union(spans, 0), length, bins));
  const most = max(times, (row) => max(row)) ?? length;
  times.forEach((row, at) => {
    row.forEach((busy, bin) => {
      const level = Math.min(levels - 1, Math.floor((busy / most) * levels));
      const x = [(bin * length) / unit, ((bin + 1) * length) / unit] as const;
      if (busy > 0) byLevel[level]?.push({ x, y: [at - 0.36, at + 0.36] });
    });
  });
  return byLevel.map((some, level) => cells(some, densityColor(level)));
}

/** Milliseconds of each bin in which something ran. */
function busyTimes(
  times: readonly (readonly [number, number])[],
  length: number,
  bins: number,
): Float64Array {
  const busy = new Float64Array(bins);
  for (const [from, to] of times) {
    for (let bin = Math.floor(from / length); bin < bins && bin * length < to; bin++) {
      const part = Math.min(to, (bin + 1) * length) - Math.max(from, bin * length);
      busy[bin] = (busy[bin] as number) + part;
    }
  }
  return busy;
}

/** Each launch; what is less than a pixel apart is drawn as one. */
function rectangles(rows: readonly Row[], pixelMs: number, unit: number): Cell[] {
  return rows.flatMap(({ spans }, at) =>
    union(spans, pixelMs).map(([from, to]) => ({
      x: [from / unit, Math.max(to, from + pixelMs) / unit] as const,
      y: [at - 0.36, at + 0.36] as const,
    })),
  );
}
