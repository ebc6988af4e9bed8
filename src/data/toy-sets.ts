import { UsageError } from '../core/errors.ts';
import { type LabelledData, type Matrix, matrixFromRows, takeRows } from './matrix.ts';
import { RandomState, type RandomStateLike } from './random-state.ts';

interface ToySetOptions {
  /** Shuffle the rows. Default true. */
  readonly shuffle?: boolean;
  readonly randomState?: RandomStateLike;
}

export interface TwoClassOptions extends ToySetOptions {
  /** All rows, or the rows of each of the two classes. Default 100. */
  readonly nSamples?: number | readonly [number, number];
  /** Standard deviation of the normal noise on every coordinate. Default: none. */
  readonly noise?: number | null;
}

export interface MakeCirclesOptions extends TwoClassOptions {
  /** Radius of the inner circle, from 0 to 1. Default 0.8. */
  readonly factor?: number;
}

export interface MakeBlobsOptions extends ToySetOptions {
  /** All rows, or the rows of each blob. Default 100. */
  readonly nSamples?: number | readonly number[];
  /** Default 2; with given centers their width. */
  readonly nFeatures?: number;
  /** Number of blobs, or their centers. Default 3. */
  readonly centers?: number | readonly (readonly number[])[] | null;
  /** Standard deviation of all blobs, or of each. Default 1. */
  readonly clusterStd?: number | readonly number[];
  /** Where centers are drawn. Default [-10, 10]. */
  readonly centerBox?: readonly [number, number];
}

/** Two interleaving half circles, as scikit-learn's `make_moons`. */
export function makeMoons({
  nSamples = 100,
  noise,
  shuffle = true,
  randomState,
}: TwoClassOptions = {}): LabelledData {
  const [outer, inner] = classSizes(nSamples);
  const outerAngles = spaced(Math.PI, outer, true);
  const innerAngles = spaced(Math.PI, inner, true);
  const rows = [
    ...outerAngles.map((angle) => [Math.cos(angle), Math.sin(angle)]),
    ...innerAngles.map((angle) => [1 - Math.cos(angle), 1 - Math.sin(angle) - 0.5]),
  ];
  return finish(rows, [outer, inner], { noise, shuffle, randomState });
}

/** A small circle in a large one, as scikit-learn's `make_circles`. */
export function makeCircles(options: MakeCirclesOptions = {}): LabelledData {
  const { nSamples = 100, noise, shuffle = true, randomState, factor = 0.8 } = options;
  if (!(factor >= 0 && factor < 1))
    throw new UsageError(`factor must be at least 0 and below 1, got ${factor}`);
  const [outer, inner] = classSizes(nSamples);
  const circle = (size: number, radius: number) =>
    spaced(2 * Math.PI, size, false).map((angle) => [Math.cos(angle) * radius, Math.sin(angle) * radius]);
  return finish([...circle(outer, 1), ...circle(inner, factor)], [outer, inner], {
    noise,
    shuffle,
    randomState,
  });
}

function classSizes(nSamples: number | readonly [number, number]): readonly [number, number] {
  if (typeof nSamples !== 'number') return nSamples;
  if (!Number.isInteger(nSamples) || nSamples < 1) {
    throw new UsageError(`nSamples must be a whole number of at least 1, got ${nSamples}`);
  }
  return [Math.floor(nSamples / 2), nSamples - Math.floor(nSamples / 2)];
}

/** numpy's linspace(0, end, count), with or without the end. */
function spaced(end: number, count: number, withEnd: boolean): number[] {
  const step = end / Math.max(1, withEnd ? count - 1 : count);
  return Array.from({ length: count }, (_, i) => (withEnd && i > 0 && i === count - 1 ? end : i * step));
}

interface Finish {
  readonly noise?: number | null | undefined;
  readonly shuffle: boolean;
  readonly randomState: RandomStateLike;
}

function finish(
  rows: number[][],
  sizes: readonly number[],
  { noise, shuffle, randomState }: Finish,
): LabelledData {
  const generator = RandomState.from(randomState);
  const data = inOrder(matrixFromRows(rows), sizes, shuffle ? generator : undefined);
  if (noise === undefined || noise === null) return data;
  if (!(noise >= 0)) throw new UsageError(`noise must be at least 0, got ${noise}`);
  const offsets = generator.normal(0, noise, data.x.values.length);
  const values = data.x.values.map((value, i) => value + (offsets[i] as number));
  return { x: { ...data.x, values }, y: data.y };
}

/** Labels consecutive rows by class, and shuffles them if there is a generator. */
function inOrder(x: Matrix, sizes: readonly number[], generator: RandomState | undefined): LabelledData {
  const y = Int32Array.from(sizes.flatMap((size, label) => new Array<number>(size).fill(label)));
  if (!generator) return { x, y };
  const order = generator.permutation(x.rows);
  return { x: takeRows(x, order), y: Int32Array.from(order, (row) => y[row] as number) };
}

/** Normal blobs, as scikit-learn's `make_blobs`. */
export function makeBlobs(options: MakeBlobsOptions = {}): LabelledData {
  const { nSamples = 100, nFeatures = 2, clusterStd = 1, centerBox = [-10, 10], shuffle = true } = options;
  const generator = RandomState.from(options.randomState);
  const wanted = options.centers ?? (typeof nSamples === 'number' ? 3 : nSamples.length);
  const centers = typeof wanted === 'number' ? drawnCenters(wanted, nFeatures, centerBox, generator) : wanted;
  const sizes = typeof nSamples === 'number' ? evenSizes(nSamples, centers.length) : nSamples;
  const deviations = typeof clusterStd === 'number' ? centers.map(() => clusterStd) : clusterStd;
  for (const [name, list] of [
    ['nSamples', sizes],
    ['clusterStd', deviations],
  ] as const) {
    if (list.length !== centers.length) {
      throw new UsageError(
        `${name} must have one number for each of the ${centers.length} centers, got ${list.length}`,
      );
    }
  }
  const rows = centers.flatMap((center, blob) =>
    Array.from({ length: sizes[blob] as number }, () =>
      center.map((middle) => generator.normal(middle, deviations[blob] as number, 1)[0] as number),
    ),
  );
  return inOrder(matrixFromRows(rows), sizes, shuffle ? generator : undefined);
}

function drawnCenters(
  count: number,
  nFeatures: number,
  [low, high]: readonly [number, number],
  generator: RandomState,
): number[][] {
  return Array.from({ length: count }, () => Array.from(generator.uniform(low, high, nFeatures)));
}

function evenSizes(nSamples: number, blobs: number): number[] {
  return Array.from(
    { length: blobs },
    (_, i) => Math.floor(nSamples / blobs) + (i < nSamples % blobs ? 1 : 0),
  );
}
