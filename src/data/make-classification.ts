import { UsageError } from '../core/errors.ts';
import { type LabelledData, type Matrix, multiply, takeRows } from './matrix.ts';
import { RandomState, type RandomStateLike } from './random-state.ts';
import { sampleWithoutReplacement } from './sample-without-replacement.ts';

/** The arguments of scikit-learn's `make_classification`, with its defaults. */
export interface MakeClassificationOptions {
  /** Default 100. */
  readonly nSamples?: number;
  /** All features: informative, redundant, repeated, and the rest noise. Default 20. */
  readonly nFeatures?: number;
  /** Default 2. */
  readonly nInformative?: number;
  /** Linear combinations of the informative features. Default 2. */
  readonly nRedundant?: number;
  /** Copies of informative and redundant features. Default 0. */
  readonly nRepeated?: number;
  /** Default 2. */
  readonly nClasses?: number;
  /** Default 2. */
  readonly nClustersPerClass?: number;
  /** Share of each class; the last may be left out. Default: all the same. */
  readonly weights?: readonly number[] | null;
  /** Share of rows whose class is drawn anew. Default 0.01. */
  readonly flipY?: number;
  /** Half the side of the hypercube on whose corners the clusters lie. Default 1. */
  readonly classSep?: number;
  /** Whether the corners stay where they are (true) or move to a random polytope. Default true. */
  readonly hypercube?: boolean;
  /** Added to every feature, or to each its own; null draws them. Default 0. */
  readonly shift?: number | readonly number[] | null;
  /** Factor of every feature, or of each its own; null draws them. Default 1. */
  readonly scale?: number | readonly number[] | null;
  /** Shuffle rows and features. Default true. */
  readonly shuffle?: boolean;
  /** Seed, or a generator to go on with; a fresh seed where left out. */
  readonly randomState?: RandomStateLike;
}

type Options = Required<Omit<MakeClassificationOptions, 'weights' | 'randomState'>> & {
  readonly weights: readonly number[];
};

/**
 * A random classification problem: clusters of normal points around the corners of a hypercube, with redundant,
 * repeated and useless features. The same seed gives the same rows as scikit-learn's `make_classification`
 * (I. Guyon, "Design of experiments for the NIPS 2003 variable selection benchmark", 2003).
 *
 * @throws UsageError for arguments that do not fit together
 */
export function makeClassification(options: MakeClassificationOptions = {}): LabelledData {
  const o = withDefaults(options);
  const generator = RandomState.from(options.randomState);
  const sizes = clusterSizes(o);
  const corners = hypercubeCorners(o, sizes.length, generator);
  const x = new Float64Array(o.nSamples * o.nFeatures);
  fillBlock(x, o, 0, normalMatrix(o.nSamples, o.nInformative, generator));
  const y = placeClusters(x, o, sizes, corners, generator);
  fillDependentFeatures(x, o, generator);
  flipLabels(y, o, generator);
  shiftAndScale(x, o, generator);
  const data = { x: { rows: o.nSamples, columns: o.nFeatures, values: x }, y };
  return o.shuffle ? shuffled(data, generator) : data;
}

function withDefaults(options: MakeClassificationOptions): Options {
  const {
    nClasses = 2,
    nClustersPerClass = 2,
    nInformative = 2,
    nRedundant = 2,
    nRepeated = 0,
    nFeatures = 20,
  } = options;
  const {
    nSamples = 100,
    flipY = 0.01,
    classSep = 1,
    hypercube = true,
    shift = 0,
    scale = 1,
    shuffle = true,
  } = options;
  for (const [name, value, least] of [
    ['nSamples', nSamples, 1],
    ['nFeatures', nFeatures, 1],
    ['nInformative', nInformative, 1],
    ['nRedundant', nRedundant, 0],
    ['nRepeated', nRepeated, 0],
    ['nClasses', nClasses, 1],
    ['nClustersPerClass', nClustersPerClass, 1],
  ] as const) {
    if (!Number.isInteger(value) || value < least) {
      throw new UsageError(`${name} must be a whole number of at least ${least}, got ${value}`);
    }
  }
  if (nInformative + nRedundant + nRepeated > nFeatures) {
    const sum = nInformative + nRedundant + nRepeated;
    throw new UsageError(
      `nInformative + nRedundant + nRepeated must be at most nFeatures (${nFeatures}), got ${sum}`,
    );
  }
  if (nInformative < Math.log2(nClasses * nClustersPerClass)) {
    throw new UsageError(
      `nClasses * nClustersPerClass must be at most 2^nInformative = ${2 ** nInformative}, got ${nClasses * nClustersPerClass}`,
    );
  }
  const weights = classShares(options.weights, nClasses);
  const counts = { nSamples, nFeatures, nInformative, nRedundant, nRepeated, nClasses, nClustersPerClass };
  return { ...counts, weights, flipY, classSep, hypercube, shift, scale, shuffle };
}

function classShares(weights: readonly number[] | null | undefined, nClasses: number): readonly number[] {
  if (!weights) return new Array<number>(nClasses).fill(1 / nClasses);
  if (weights.length === nClasses) return weights;
  if (weights.length === nClasses - 1)
    return [...weights, 1 - weights.reduce((sum, weight) => sum + weight, 0)];
  throw new UsageError(
    `weights must have ${nClasses} or ${nClasses - 1} numbers for ${nClasses} classes, got ${weights.length}`,
  );
}

function clusterSizes({ nSamples, nClasses, nClustersPerClass, weights }: Options): number[] {
  const clusters = nClasses * nClustersPerClass;
  const sizes = Array.from({ length: clusters }, (_, k) =>
    Math.trunc((nSamples * (weights[k % nClasses] as number)) / nClustersPerClass),
  );
  const missing = nSamples - sizes.reduce((sum, size) => sum + size, 0);
  for (let i = 0; i < missing; i++) sizes[i % clusters] = (sizes[i % clusters] as number) + 1;
  return sizes;
}

/** One corner a row: distinct binary numbers, moved to +-classSep and, unless `hypercube`, pulled in at random. */
function hypercubeCorners(o: Options, clusters: number, generator: RandomState): Matrix {
  const bits = binaryRows(clusters, o.nInformative, generator);
  const values = Float64Array.from(bits, (bit) => bit * 2 * o.classSep - o.classSep);
  if (!o.hypercube) {
    const perCluster = generator.randomSample(clusters);
    const perFeature = generator.randomSample(o.nInformative);
    values.forEach((value, i) => {
      const factor = perCluster[Math.floor(i / o.nInformative)] as number;
      values[i] = value * factor * (perFeature[i % o.nInformative] as number);
    });
  }
  return { rows: clusters, columns: o.nInformative, values };
}

/** Distinct rows of bits; beyond 30 bits the leading ones are drawn independently. */
function binaryRows(rows: number, bits: number, generator: RandomState): number[] {
  if (bits > 30) {
    const leading = generator.randint(0, 2, rows * (bits - 30));
    const rest = binaryRows(rows, 30, generator);
    return Array.from({ length: rows }, (_, row) => [
      ...leading.subarray(row * (bits - 30), (row + 1) * (bits - 30)),
      ...rest.slice(row * 30, (row + 1) * 30),
    ]).flat();
  }
  const numbers = sampleWithoutReplacement(2 ** bits, rows, generator);
  return numbers.flatMap((number) =>
    Array.from({ length: bits }, (_, bit) => (number >>> (bits - 1 - bit)) & 1),
  );
}

function normalMatrix(rows: number, columns: number, generator: RandomState): Matrix {
  return { rows, columns, values: generator.standardNormal(rows * columns) };
}

function centredUniform(rows: number, columns: number, generator: RandomState): Matrix {
  return { rows, columns, values: generator.randomSample(rows * columns).map((u) => 2 * u - 1) };
}

/** Writes a block of features from column `column` on. */
function fillBlock(
  x: Float64Array,
  { nFeatures }: Options,
  column: number,
  block: Matrix,
  firstRow = 0,
): void {
  for (let row = 0; row < block.rows; row++) {
    const values = block.values.subarray(row * block.columns, (row + 1) * block.columns);
    x.set(values, (firstRow + row) * nFeatures + column);
  }
}

function columnsOf(
  x: Float64Array,
  { nFeatures }: Options,
  columns: number,
  start: number,
  stop: number,
): Matrix {
  const values = new Float64Array((stop - start) * columns);
  for (let row = start; row < stop; row++) {
    values.set(x.subarray(row * nFeatures, row * nFeatures + columns), (row - start) * columns);
  }
  return { rows: stop - start, columns, values };
}

/** Gives each cluster a random covariance and moves it to its corner; returns the classes. */
function placeClusters(
  x: Float64Array,
  o: Options,
  sizes: readonly number[],
  corners: Matrix,
  generator: RandomState,
): Int32Array {
  const y = new Int32Array(o.nSamples);
  let start = 0;
  sizes.forEach((size, cluster) => {
    const stop = start + size;
    y.fill(cluster % o.nClasses, start, stop);
    const covariance = centredUniform(o.nInformative, o.nInformative, generator);
    const points = multiply(columnsOf(x, o, o.nInformative, start, stop), covariance);
    points.values.forEach((value, i) => {
      points.values[i] = value + (corners.values[cluster * o.nInformative + (i % o.nInformative)] as number);
    });
    fillBlock(x, o, 0, points, start);
    start = stop;
  });
  return y;
}

function fillDependentFeatures(x: Float64Array, o: Options, generator: RandomState): void {
  const { nSamples, nFeatures, nInformative, nRedundant, nRepeated } = o;
  if (nRedundant > 0) {
    const mixing = centredUniform(nInformative, nRedundant, generator);
    fillBlock(x, o, nInformative, multiply(columnsOf(x, o, nInformative, 0, nSamples), mixing));
  }
  const useful = nInformative + nRedundant;
  const sources = Array.from(generator.randomSample(nRepeated), (u) => Math.trunc((useful - 1) * u + 0.5));
  for (let row = 0; row < nSamples; row++) {
    sources.forEach((source, i) => {
      x[row * nFeatures + useful + i] = x[row * nFeatures + source] as number;
    });
  }
  const noise = nFeatures - useful - nRepeated;
  if (noise > 0) fillBlock(x, o, nFeatures - noise, normalMatrix(nSamples, noise, generator));
}

function flipLabels(y: Int32Array, { flipY, nClasses }: Options, generator: RandomState): void {
  if (flipY < 0) return;
  const flipped = Array.from(generator.randomSample(y.length), (u, row) => (u < flipY ? row : -1)).filter(
    (row) => row >= 0,
  );
  const classes = generator.randint(0, nClasses, flipped.length);
  flipped.forEach((row, i) => {
    y[row] = classes[i] as number;
  });
}

function shiftAndScale(x: Float64Array, o: Options, generator: RandomState): void {
  const perFeature = (value: number | readonly number[]) =>
    typeof value === 'number' ? new Array<number>(o.nFeatures).fill(value) : value;
  const shift = perFeature(
    o.shift ?? Array.from(generator.randomSample(o.nFeatures), (u) => (2 * u - 1) * o.classSep),
  );
  const scale = perFeature(o.scale ?? Array.from(generator.randomSample(o.nFeatures), (u) => 1 + 100 * u));
  x.forEach((value, i) => {
    const feature = i % o.nFeatures;
    x[i] = (value + (shift[feature] as number)) * (scale[feature] as number);
  });
}

function shuffled({ x, y }: LabelledData, generator: RandomState): LabelledData {
  const rows = generator.permutation(x.rows);
  const features = generator.permutation(x.columns);
  const ordered = takeRows(x, rows);
  const values = ordered.values.map(
    (_, i) => ordered.values[i - (i % x.columns) + (features[i % x.columns] as number)] as number,
  );
  return { x: { ...ordered, values }, y: Int32Array.from(rows, (row) => y[row] as number) };
}
