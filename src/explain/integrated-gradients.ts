import { finiteNumber, knownOptions, wholeNumber } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import type { Features } from '../train/rows.ts';
import { type Attribution, type Task, tasksOf } from './attribution.ts';
import { gaussLegendre } from './gauss-legendre.ts';
import {
  type ExplainedModel,
  type ExplainRunOptions,
  type FeatureRows,
  featureRows,
  gradientsOfMany,
  type OutputScale,
  runOptionNames,
  type Subject,
  subjectOf,
} from './subject.ts';

export interface IntegratedGradientsOptions extends ExplainRunOptions {
  /** Default probability. */
  readonly scale?: OutputScale;
  /** Which output to explain, one for each row. Default: all of each row. */
  readonly outputs?: ArrayLike<number>;
  /** The row from which paths start, as features. Default: all 0, the training rows' mean where they were standardised. */
  readonly baseline?: ArrayLike<number>;
  /**
   * The remainder that is accepted, as a share of the larger of the two outputs (or of 1, where both are smaller).
   * Default 0.0001.
   */
  readonly tolerance?: number;
  /** The most steps on a path, a power of two times 32. Default 1024. */
  readonly mostSteps?: number;
}

/** Integrated gradients of one output of one row. */
export interface IntegratedGradients extends Attribution {
  /** What the values lack of `prediction - base`: it shows how good the integral is. */
  readonly remainder: number;
  /** Steps on the path from the baseline to the row. */
  readonly steps: number;
}

const leastSteps = 32;

/**
 * Integrated gradients (Sundararajan, Taly and Yan, "Axiomatic Attribution for Deep Networks", 2017): for each feature
 * the gradient's mean on the straight path from the baseline, times the feature's difference; summed over the features
 * of a raw column. The integral is Gauss and Legendre's rule with 32 steps, doubled until the values sum to the
 * difference of the outputs within the tolerance, or there are no more steps: gradients of relu jump, and the rule nears
 * such integrals as 1 / steps only.
 *
 * @param x features as the network takes them
 * @throws UsageError for options or rows that do not fit, CancelledError when the signal is aborted
 */
export async function integratedGradients(
  model: ExplainedModel,
  x: Features,
  options: IntegratedGradientsOptions = {},
): Promise<IntegratedGradients[]> {
  const names = ['scale', 'outputs', 'baseline', 'tolerance', 'mostSteps', ...runOptionNames];
  knownOptions('integratedGradients', options, names);
  const { tolerance = 1e-4, mostSteps = 1024 } = options;
  finiteNumber('tolerance', tolerance, { above: 0 });
  wholeNumber('mostSteps', mostSteps, leastSteps);
  const subject = subjectOf(model, options, options.scale);
  const rows = featureRows(x, 'x', subject.network);
  const paths = await pathsOf(subject, rows, options);
  const done = new Map<Path, IntegratedGradients>();
  let pending = paths;
  for (let steps = leastSteps; pending.length > 0; steps *= 2) {
    const means = await meanGradients(subject, pending, steps);
    const isLast = 2 * steps > mostSteps;
    pending = pending.filter((path, i) => {
      const found = integrated(subject, path, means[i] as Float64Array, steps);
      const size = Math.max(1, Math.abs(found.prediction), Math.abs(found.base));
      if (!isLast && Math.abs(found.remainder) > tolerance * size) return true;
      done.set(path, found);
      return false;
    });
  }
  return paths.map((path) => done.get(path) as IntegratedGradients);
}

/** A straight path to a row. */
interface Path extends Task {
  readonly from: Float32Array;
  readonly to: Float32Array;
  readonly prediction: number;
  readonly base: number;
}

async function pathsOf(
  subject: Subject,
  x: FeatureRows,
  options: IntegratedGradientsOptions,
): Promise<Path[]> {
  const { engine, network, weights, units } = subject;
  const { inputs } = network;
  const from = Float32Array.from(options.baseline ?? new Float32Array(inputs));
  if (from.length !== inputs || !from.every(Number.isFinite)) {
    throw new UsageError(
      `baseline must be ${inputs} finite numbers, as the network has inputs, got ${from.length} values`,
    );
  }
  const outputs = await engine.predict(network, weights, x.values, x.rows);
  const base = await engine.predict(network, weights, from, 1);
  return tasksOf(x.rows, units, options.outputs).map(({ row, output }) => ({
    row,
    output,
    from,
    to: x.values.subarray(row * inputs, (row + 1) * inputs),
    prediction: outputs[row * units + output] as number,
    base: base[output] as number,
  }));
}

/** The gradient's mean on each path. */
async function meanGradients(
  subject: Subject,
  paths: readonly Path[],
  steps: number,
): Promise<Float64Array[]> {
  const { inputs } = subject.network;
  const { nodes, weights } = gaussLegendre(steps);
  const means = paths.map(() => new Float64Array(inputs));
  const pathOf = (place: number) => paths[Math.floor(place / steps)] as Path;
  const write = (place: number, into: Float32Array, at: number) => {
    const { from, to } = pathOf(place);
    const share = nodes[place % steps] as number;
    for (let i = 0; i < inputs; i++) {
      into[at + i] = (1 - share) * (from[i] as number) + share * (to[i] as number);
    }
  };
  const output = (place: number) => pathOf(place).output;
  await gradientsOfMany(subject, paths.length * steps, output, write, (place, gradients, at) => {
    const mean = means[Math.floor(place / steps)] as Float64Array;
    const weight = weights[place % steps] as number;
    for (let i = 0; i < inputs; i++) mean[i] = (mean[i] as number) + weight * (gradients[at + i] as number);
  });
  return means;
}

function integrated(
  { columns }: Subject,
  path: Path,
  mean: Float64Array,
  steps: number,
): IntegratedGradients {
  const { row, output, from, to, prediction, base } = path;
  const values = columns.map(({ first, width }) => {
    let sum = 0;
    for (let i = first; i < first + width; i++) {
      sum += ((to[i] as number) - (from[i] as number)) * (mean[i] as number);
    }
    return sum;
  });
  const remainder = prediction - base - values.reduce((sum, value) => sum + value, 0);
  return { row, output, prediction, base, values, remainder, steps };
}
