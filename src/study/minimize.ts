import { knownOptions, wholeNumber } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import type { Pruner, PrunerState, Rung } from './pruner.ts';
import type { Sampler } from './sampler.ts';
import type { Parameters, SampledSpace } from './space-types.ts';

/** A search space that can name a point's parameters. */
export interface NamedSpace extends SampledSpace {
  parameters(point: ArrayLike<number>): Parameters;
}

/** What a function learns of the trial that it is called for. */
export interface FunctionTrial {
  readonly index: number;
  /** Tells a value on the way; false: the trial is not worth going on, and what the function returns is not used. */
  report(epoch: number, value: number): boolean;
}

/** What is to be made small: one number, or several objectives; NaN where it failed. */
export type TrialFunction = (
  parameters: Parameters,
  trial: FunctionTrial,
) => number | readonly number[] | Promise<number | readonly number[]>;

export interface MinimizeOptions {
  readonly trials: number;
  /** Trials that are suggested and evaluated together. 1 unless given. */
  readonly batch?: number;
  /** Whole number below 2^32. 0 unless given. */
  readonly seed?: number;
  /** How many numbers the function returns. 1 unless given. */
  readonly objectives?: number;
  /** Stops trials by the values that the function reports. */
  readonly pruner?: Pruner;
  /** Epochs of a trial that is not pruned; must be given with a pruner. */
  readonly epochs?: number;
}

export interface EvaluatedTrial {
  readonly index: number;
  readonly parameters: Parameters;
  readonly point: Float64Array;
  /** The objectives; of a pruned trial what it reported last. */
  readonly values: readonly number[];
  /** The share of its epochs after which it was pruned; 1 if it was not. */
  readonly share: number;
}

export interface Minimum {
  /** The least first objective among the trials that were not pruned; undefined if all failed. */
  readonly best: EvaluatedTrial | undefined;
  /** In the order of their indices; fewer than asked for where the space has no more. */
  readonly trials: readonly EvaluatedTrial[];
}

/**
 * Makes a function small: asks the sampler for a batch of points, evaluates them side by side, tells it the values, and
 * so on.
 *
 * @throws UsageError for options that break their rules, and where the sampler cannot search such a space
 */
export async function minimize(
  evaluate: TrialFunction,
  space: NamedSpace,
  sampler: Sampler,
  options: MinimizeOptions,
): Promise<Minimum> {
  const { trials, batch, seed, objectives, pruner, epochs } = checked(options);
  const state = sampler.create(space, objectives, seed);
  const prunerState = pruner?.create(seed);
  const width = space.dimensions.length;
  const done: EvaluatedTrial[] = [];
  while (done.length < trials) {
    const first = done.length;
    const rows = state.ask(first, Math.min(batch, trials - first));
    const count = rows.length / width;
    if (count === 0) break;
    const points = Array.from({ length: count }, (_, i) => rows.slice(i * width, (i + 1) * width));
    const reports = points.map((_, i) => new TrialReports(first + i, epochs, prunerState));
    const round = await Promise.all(
      points.map(async (point, i) => {
        const report = reports[i] as TrialReports;
        const parameters = space.parameters(point);
        const values = [await evaluate(parameters, report)].flat();
        return { index: first + i, parameters, point, ...report.outcome(values, objectives) };
      }),
    );
    state.tell({
      count,
      points: rows,
      values: Float64Array.from(round.flatMap(({ values }) => values)),
      shares: Float64Array.from(round, ({ share }) => share),
    });
    prunerState?.tell(reports.map(({ index, rungValues }) => ({ index, values: rungValues })));
    done.push(...round);
  }
  return { best: bestOf(done), trials: done };
}

function checked(options: MinimizeOptions) {
  knownOptions('minimize', options, [
    'trials',
    'batch',
    'seed',
    'objectives',
    'pruner',
    'epochs',
  ] satisfies (keyof MinimizeOptions)[]);
  const { pruner, epochs } = options;
  if (pruner && epochs === undefined) {
    throw new UsageError(`epochs must be given with a pruner, got none; say how long a whole trial is`);
  }
  return {
    trials: wholeNumber('trials', options.trials, 1),
    batch: wholeNumber('batch', options.batch ?? 1, 1),
    seed: wholeNumber('seed', options.seed ?? 0, 0, 0xffffffff),
    objectives: wholeNumber('objectives', options.objectives ?? 1, 1),
    epochs: wholeNumber('epochs', epochs ?? 1, 1),
    pruner,
  };
}

/** What one trial reports, compared with the limits that were set when it started. */
class TrialReports implements FunctionTrial {
  readonly index: number;
  readonly rungValues: number[] = [];
  readonly #epochs: number;
  readonly #rungs: readonly Rung[];
  #pruned: { readonly epoch: number; readonly value: number } | undefined;

  constructor(index: number, epochs: number, pruner: PrunerState | undefined) {
    this.index = index;
    this.#epochs = epochs;
    this.#rungs = pruner?.rungs(index, epochs) ?? [];
  }

  report(epoch: number, value: number): boolean {
    const rung = this.#rungs[this.rungValues.length];
    if (this.#pruned || rung?.epoch !== epoch) return !this.#pruned;
    this.rungValues.push(value);
    if (value > rung.limit) this.#pruned = { epoch, value };
    return !this.#pruned;
  }

  outcome(values: readonly number[], objectives: number): { values: readonly number[]; share: number } {
    if (this.#pruned) {
      const { epoch, value } = this.#pruned;
      return { values: new Array<number>(objectives).fill(value), share: epoch / this.#epochs };
    }
    if (values.length === objectives) return { values, share: 1 };
    throw new UsageError(
      `the function must return as many values as there are objectives (${objectives}), got ${values.length}`,
    );
  }
}

function bestOf(trials: readonly EvaluatedTrial[]): EvaluatedTrial | undefined {
  let best: EvaluatedTrial | undefined;
  for (const trial of trials) {
    const value = trial.values[0] ?? Number.NaN;
    if (trial.share === 1 && value < (best?.values[0] ?? Infinity)) best = trial;
  }
  return best;
}
