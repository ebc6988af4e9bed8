import type { CustomSeriesOption, LineSeriesOption } from 'echarts/charts';
import { colors, densityColor, levels } from './colors.ts';

/** A point on the axes' own scales. */
export type Point = readonly [x: number, y: number];

/** A rectangle on the axes' own scales. */
export interface Cell {
  readonly x: readonly [from: number, to: number];
  readonly y: readonly [from: number, to: number];
}

interface PathStyle {
  readonly fill?: string;
  readonly stroke?: string;
  readonly lineWidth?: number;
  readonly opacity?: number;
}

type Coordinates = (point: Point) => [number, number];

/** Series are drawn in order, all lying still. */
function pathSeries(pathData: (at: Coordinates) => string, style: PathStyle): CustomSeriesOption {
  return {
    type: 'custom',
    silent: true,
    data: [0],
    // One path for all marks of a look: a mark costs some 15 characters of the page instead of 150.
    renderItem: (_, api) => ({
      type: 'path',
      shape: { pathData: pathData((point) => api.coord([...point]) as [number, number]) },
      style: { fill: 'none', lineCap: 'round', lineJoin: 'round', ...style },
    }),
  };
}

const rounded = (pixels: number) => Math.round(pixels * 10) / 10;

/** Round dots. */
export function dots(points: readonly Point[], color: string, size = 5, opacity = 0.5): CustomSeriesOption {
  const dot = ([x, y]: [number, number]) => `M${rounded(x)} ${rounded(y)}L${rounded(x) + 0.1} ${rounded(y)}`;
  return pathSeries((at) => points.map((point) => dot(at(point))).join(''), {
    stroke: color,
    lineWidth: size,
    opacity,
  });
}

/** Rings around points, with an edge that sets them off from what is below. */
export function rings(points: readonly Point[], color: string, size = 11): CustomSeriesOption[] {
  return [
    dots(points, colors.surface, size + 4, 1),
    dots(points, color, size, 1),
    dots(points, colors.surface, size - 6, 1),
  ];
}

/** Many lines of one look. */
export function lines(
  many: readonly (readonly Point[])[],
  color: string,
  width: number,
  opacity: number,
): CustomSeriesOption {
  return pathSeries((at) => many.map((points) => trace(points, at)).join(''), {
    stroke: color,
    lineWidth: width,
    opacity,
  });
}

/** The area between two lines over the same places. */
export function band(
  lower: readonly Point[],
  upper: readonly Point[],
  color: string,
  opacity: number,
): CustomSeriesOption {
  return pathSeries((at) => `${trace([...upper, ...lower.toReversed()], at)}Z`, { fill: color, opacity });
}

function trace(points: readonly Point[], at: Coordinates): string {
  return points.map((point, i) => `${i === 0 ? 'M' : 'L'}${at(point).map(rounded).join(' ')}`).join('');
}

/** A line that stands out from any colours below it. */
export function outlined(points: readonly Point[], color: string): LineSeriesOption[] {
  return [line(points, colors.surface, { width: 5 }), line(points, color, { width: 2 })];
}

export interface LineLook {
  readonly width?: number;
  readonly isDashed?: boolean;
  /** Goes on level until the next point. */
  readonly isStep?: boolean;
}

/** One line through points. */
export function line(points: readonly Point[], color: string, look: LineLook = {}): LineSeriesOption {
  return {
    type: 'line',
    silent: true,
    showSymbol: false,
    data: points.map((point) => [...point]),
    ...(look.isStep ? { step: 'end' as const } : {}),
    lineStyle: { color, width: look.width ?? 2, type: look.isDashed ? [5, 4] : 'solid', cap: 'round' },
  };
}

/** Filled rectangles. */
export function cells(rectangles: readonly Cell[], color: string): CustomSeriesOption {
  const path = (at: Coordinates) => rectangles.map((cell) => rectangle(at, cell)).join('');
  // The edge closes the seams between neighbours.
  return pathSeries(path, { fill: color, stroke: color, lineWidth: 0.6 });
}

function rectangle(at: Coordinates, { x, y }: Cell): string {
  const [left, top] = at([x[0], y[1]]).map(rounded) as [number, number];
  const [right, bottom] = at([x[1], y[0]]).map(rounded) as [number, number];
  return `M${left} ${top}H${right}V${bottom}H${left}Z`;
}

/** How many points lie where: a grid of counts, coloured from few to many on a logarithmic scale. */
export function density(
  points: readonly Point[],
  { x, y }: { readonly x: readonly [number, number]; readonly y: readonly [number, number] },
  columns: number,
  rows: number,
): CustomSeriesOption[] {
  const counts = new Uint32Array(columns * rows);
  for (const point of points) {
    const column = placeIn(point[0], x, columns);
    const row = placeIn(point[1], y, rows);
    if (column < 0 || row < 0) continue;
    counts[row * columns + column] = (counts[row * columns + column] as number) + 1;
  }
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  const byLevel = Array.from({ length: levels }, (): Cell[] => []);
  counts.forEach((count, i) => {
    if (count === 0) return;
    const share = Math.log(count) / Math.log(most + 1);
    const column = i % columns;
    const row = Math.floor(i / columns);
    byLevel[Math.floor(share * levels)]?.push({ x: part(x, column, columns), y: part(y, row, rows) });
  });
  return byLevel.flatMap((some, level) => (some.length > 0 ? [cells(some, densityColor(level))] : []));
}

/** The cell of `count` between the ends that a value is in; -1 outside. */
function placeIn(value: number, [low, high]: readonly [number, number], count: number): number {
  if (!(value >= low && value <= high)) return -1;
  return Math.min(count - 1, Math.floor(((value - low) / (high - low)) * count));
}

function part([low, high]: readonly [number, number], index: number, count: number): [number, number] {
  const width = (high - low) / count;
  return [low + index * width, low + (index + 1) * width];
}
