import { logNormalMass } from '../../../core/normal.ts';
import type { RandomStream } from '../../random-stream.ts';
import type { Dimension } from '../../space-types.ts';
import { binEdges, binOf } from '../places.ts';

/** One dimension of all kernels of a Parzen estimator. */
export interface Column {
  /** Adds the logarithm of each kernel's density at a place to `sums`. */
  addLogDensity(place: number, sums: Float64Array, kernels: number): void;
  /** A place drawn from a kernel. */
  draw(kernel: number, stream: RandomStream): number;
  /** Puts a narrow kernel at a place. */
  setKernel(kernel: number, place: number): void;
}

/** Numbers with more values than this count as continuous: their bins are narrower than any kernel. */
const mostBins = 100;

/** A dimension as the estimators see it: made once for a space. */
export type ColumnKind =
  | { readonly kind: 'continuous' }
  | { readonly kind: 'ordinal'; readonly edges: Float64Array }
  | { readonly kind: 'choice'; readonly size: number };

export function columnKind(dimension: Dimension): ColumnKind {
  if (dimension.kind === 'choice') return { kind: 'choice', size: dimension.size };
  if (dimension.size > mostBins) return { kind: 'continuous' };
  return { kind: 'ordinal', edges: binEdges(dimension) };
}

/**
 * @param places of the observations, one a kernel; the kernel behind them is the prior
 * @param capacity kernels that there may ever be
 * @param dimensions of the estimator, all together
 */
export function makeColumn(
  kind: ColumnKind,
  places: Float64Array,
  capacity: number,
  dimensions: number,
): Column {
  if (kind.kind === 'choice') return new ChoiceColumn(kind.size, places, capacity);
  const least = leastWidth(places.length);
  if (kind.kind === 'continuous') return new GaussianColumn(places, capacity, least);
  const spread = ordinalWidth(places.length, dimensions);
  return new OrdinalColumn(kind.edges, new GaussianColumn(places, capacity, Math.max(least, spread)));
}

/** Normal distributions, cut off at 0 and 1. */
class GaussianColumn implements Column {
  readonly capacity: number;
  readonly observations: number;
  readonly means: Float64Array;
  readonly widths: Float64Array;
  readonly #scales: Float64Array;
  readonly #logHeights: Float64Array;
  readonly #leastWidth: number;

  /** @param least that no kernel is narrower than */
  constructor(places: Float64Array, capacity: number, least: number) {
    this.capacity = capacity;
    this.observations = places.length;
    this.means = new Float64Array(capacity);
    this.widths = new Float64Array(capacity);
    this.#scales = new Float64Array(capacity);
    this.#logHeights = new Float64Array(capacity);
    this.#leastWidth = least;
    for (const [kernel, width] of kernelWidths(places, least).entries()) {
      this.#set(kernel, places[kernel] as number, width);
    }
    this.#set(places.length, 0.5, 1);
  }

  addLogDensity(place: number, sums: Float64Array, kernels: number): void {
    const { means } = this;
    const scales = this.#scales;
    const logHeights = this.#logHeights;
    for (let kernel = 0; kernel < kernels; kernel++) {
      const distance = (place - (means[kernel] as number)) * (scales[kernel] as number);
      sums[kernel] = (sums[kernel] as number) + (logHeights[kernel] as number) - distance * distance;
    }
  }

  draw(kernel: number, stream: RandomStream): number {
    return drawTruncated(this.means[kernel] as number, this.widths[kernel] as number, stream);
  }

  setKernel(kernel: number, place: number): void {
    this.#set(kernel, place, this.#leastWidth);
  }

  #set(kernel: number, mean: number, width: number): void {
    this.means[kernel] = mean;
    this.widths[kernel] = width;
    this.#scales[kernel] = Math.SQRT1_2 / width;
    const mass = logNormalMass(-mean / width, (1 - mean) / width);
    this.#logHeights[kernel] = -Math.log(width * Math.sqrt(2 * Math.PI)) - mass;
  }
}

/** Logarithms of probabilities of few values: a row for each value, so that one lookup serves all kernels in turn. */
class ProbabilityTable {
  readonly #logs: Float64Array;
  readonly #capacity: number;

  constructor(values: number, capacity: number) {
    this.#logs = new Float64Array(values * capacity);
    this.#capacity = capacity;
  }

  set(value: number, kernel: number, log: number): void {
    this.#logs[value * this.#capacity + kernel] = log;
  }

  addTo(sums: Float64Array, value: number, kernels: number): void {
    const start = value * this.#capacity;
    for (let kernel = 0; kernel < kernels; kernel++) {
      sums[kernel] = (sums[kernel] as number) + (this.#logs[start + kernel] as number);
    }
  }
}

/** Truncated normal distributions of which each value gets what lies over its bin. */
class OrdinalColumn implements Column {
  readonly #edges: Float64Array;
  readonly #gaussians: GaussianColumn;
  readonly #table: ProbabilityTable;

  constructor(edges: Float64Array, gaussians: GaussianColumn) {
    this.#edges = edges;
    this.#gaussians = gaussians;
    this.#table = new ProbabilityTable(edges.length - 1, gaussians.capacity);
    for (let kernel = 0; kernel <= gaussians.observations; kernel++) this.#tabulate(kernel);
  }

  addLogDensity(place: number, sums: Float64Array, kernels: number): void {
    this.#table.addTo(sums, binOf(this.#edges, place), kernels);
  }

  draw(kernel: number, stream: RandomStream): number {
    return this.#gaussians.draw(kernel, stream);
  }

  setKernel(kernel: number, place: number): void {
    this.#gaussians.setKernel(kernel, place);
    this.#tabulate(kernel);
  }

  #tabulate(kernel: number): void {
    const mean = this.#gaussians.means[kernel] as number;
    const width = this.#gaussians.widths[kernel] as number;
    const at = (edge: number) => ((this.#edges[edge] as number) - mean) / width;
    const bins = this.#edges.length - 1;
    const whole = logNormalMass(at(0), at(bins));
    for (let bin = 0; bin < bins; bin++) {
      this.#table.set(bin, kernel, logNormalMass(at(bin), at(bin + 1)) - whole);
    }
  }
}

/** The observed value has most of a kernel's probability, what is left is spread over all values (Aitchison, Aitken). */
class ChoiceColumn implements Column {
  readonly #size: number;
  readonly #observed: Int32Array;
  /** The probability of taking the observed value, before the rest is spread over all values: 0 for the prior. */
  readonly #certainties: Float64Array;
  readonly #certainty: number;
  readonly #table: ProbabilityTable;

  constructor(size: number, places: Float64Array, capacity: number) {
    this.#size = size;
    this.#observed = new Int32Array(capacity);
    this.#certainties = new Float64Array(capacity);
    this.#table = new ProbabilityTable(size, capacity);
    const kernels = places.length + 1;
    this.#certainty = 1 / (1 + size / kernels);
    for (const [kernel, place] of places.entries()) this.setKernel(kernel, place);
    this.#set(places.length, 0, 0);
  }

  addLogDensity(place: number, sums: Float64Array, kernels: number): void {
    this.#table.addTo(sums, this.#valueOf(place), kernels);
  }

  draw(kernel: number, stream: RandomStream): number {
    const isObserved = stream.uniform() < (this.#certainties[kernel] as number);
    const value = isObserved ? (this.#observed[kernel] as number) : stream.integer(this.#size);
    return (value + 0.5) / this.#size;
  }

  setKernel(kernel: number, place: number): void {
    this.#set(kernel, this.#valueOf(place), this.#certainty);
  }

  #set(kernel: number, observed: number, certainty: number): void {
    this.#observed[kernel] = observed;
    this.#certainties[kernel] = certainty;
    const rest = (1 - certainty) / this.#size;
    for (let value = 0; value < this.#size; value++) {
      this.#table.set(value, kernel, Math.log(rest + (value === observed ? certainty : 0)));
    }
  }

  #valueOf(place: number): number {
    return Math.min(Math.floor(place * this.#size), this.#size - 1);
  }
}

/**
 * The least width of a kernel among `observations` of them: wide while little is known. Half of what Optuna takes, which
 * measured better on smooth functions (docs/samplers.md).
 */
function leastWidth(observations: number): number {
  return 1 / Math.min(100, 2 * (observations + 2));
}

/**
 * The least width of a kernel over few values, by Scott's rule as in Optuna: values that were seen often have neighbours at
 * no distance, and narrower kernels would hardly leave them again (measured on real trainings, docs/samplers.md).
 */
function ordinalWidth(observations: number, dimensions: number): number {
  return 0.2 * Math.max(1, observations) ** (-1 / (dimensions + 4));
}

/**
 * Widths of the kernels at some places: the distance to the farther of both neighbours; at either end, to the only one.
 *
 * Source: Bergstra et al., "Algorithms for hyper-parameter optimization", 2011, as in Hyperopt and Optuna; compared in
 * Watanabe, "Tree-structured Parzen estimator: understanding its algorithm components", 2023.
 */
function kernelWidths(places: Float64Array, least: number): Float64Array {
  const order = Uint32Array.from(places.keys()).sort(
    (a, b) => (places[a] as number) - (places[b] as number) || a - b,
  );
  const last = places.length - 1;
  const at = (rank: number) => places[order[rank] as number] as number;
  const widths = new Float64Array(places.length);
  for (const [rank, kernel] of order.entries()) {
    const below = rank > 0 ? at(rank) - at(rank - 1) : last > 0 ? 0 : at(rank);
    const above = rank < last ? at(rank + 1) - at(rank) : last > 0 ? 0 : 1 - at(rank);
    widths[kernel] = Math.min(Math.max(below, above, least), 1);
  }
  return widths;
}

function drawTruncated(mean: number, width: number, stream: RandomStream): number {
  // At least a third of the draws fit, as the mean is in the unit interval and no kernel is wider than that.
  for (;;) {
    const place = mean + width * stream.normal();
    if (place >= 0 && place <= 1) return place;
  }
}
