import type { Engine, RowSet } from '../engine/engine.ts';
import type { WholeJob, WholeOutcome, WholeTrial } from '../engine/whole.ts';
import type { TrialAdvance, WholePlan, WholeRunOptions } from '../engine/whole-runner.ts';
import { trainLayeredWhole } from './layered-whole.ts';
import { groupBy, shapeKey } from './same-shape.ts';

/** Trials of one shape that train together. */
export interface TrialGroup {
  /** Their places among all trials. */
  readonly indices: readonly number[];
  readonly mapping: WholePlan['mapping'];
}

export interface WholeGroupsOptions extends Omit<WholeRunOptions, 'onProgress'> {
  /** Told when a group begins; what it gives back is called when the group has ended. */
  readonly onGroup?: (group: TrialGroup) => () => void;
}

/**
 * Trains complete trials of any shapes on the same rows, those of one shape together, group after group. Each has the
 * bits that it has alone.
 *
 * @returns an outcome for each trial; those that had not begun when the signal was aborted have none
 */
export async function trainWholeGroups(
  engine: Engine,
  trials: readonly WholeTrial[],
  table: RowSet,
  options: WholeGroupsOptions = {},
): Promise<(WholeOutcome | undefined)[]> {
  const outcomes = new Array<WholeOutcome | undefined>(trials.length).fill(undefined);
  const all = trials.map((_, index) => index);
  for (const indices of groupBy(all, (index) => shapeKey(trials[index] as WholeTrial))) {
    if (options.signal?.aborted) break;
    const results = await trainShape(engine, trials, indices, table, options);
    results.forEach((outcome, i) => {
      outcomes[indices[i] as number] = outcome;
    });
  }
  return outcomes;
}

async function trainShape(
  engine: Engine,
  trials: readonly WholeTrial[],
  indices: readonly number[],
  table: RowSet,
  options: WholeGroupsOptions,
): Promise<(WholeOutcome | undefined)[]> {
  const job = { trials: indices.map((index) => trials[index] as WholeTrial), table };
  const mapping = await mappingOf(engine, job);
  const hasEnded = options.onGroup?.({ indices, mapping });
  try {
    const run = renumbered(options, indices);
    if (engine.whole && mapping !== 'layered') return await engine.whole.run(job, run);
    return await trainInTurns(engine, job.trials, table, run, oneAtATime);
  } finally {
    hasEnded?.();
  }
}

/** Threads take a single trial too, so that it comes with the counts that it has in company. */
async function mappingOf({ whole }: Engine, job: WholeJob): Promise<WholePlan['mapping']> {
  if (whole?.candidates(job).includes('threads')) return 'threads';
  return (await whole?.plan(job))?.mapping ?? 'layered';
}

/** Sessions of trials that train in turns take about so much memory together. */
const usualBytesAtOnce = 2 ** 28;
/** Where a device has work for all of its lanes in one session, the next waits for it. */
const oneAtATime = 0;

/**
 * Trains complete trials of one shape layer by layer. Those that share epochs, batch size and rows have one session, and
 * sessions train side by side, a little of each in turn, so that what is known of them grows together even where nothing
 * computes at the same time; as many at once as the memory is for.
 *
 * @returns an outcome for each trial
 */
export async function trainInTurns(
  engine: Engine,
  trials: readonly WholeTrial[],
  table: RowSet,
  options: WholeRunOptions,
  bytesAtOnce = usualBytesAtOnce,
): Promise<(WholeOutcome | undefined)[]> {
  const outcomes = new Array<WholeOutcome | undefined>(trials.length).fill(undefined);
  const groups = alike(trials);
  const largest = Math.max(...groups.map(({ length }) => length));
  const atOnce = Math.max(1, Math.floor(bytesAtOnce / sessionBytes(trials[0] as WholeTrial, table, largest)));
  let next = 0;
  const feed = async () => {
    while (next < groups.length) {
      const indices = groups[next++] as number[];
      const part = indices.map((index) => trials[index] as WholeTrial);
      const results = await trainLayeredWhole(engine, part, table, renumbered(options, indices));
      results.forEach((outcome, i) => {
        outcomes[indices[i] as number] = outcome;
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, groups.length) }, feed));
  return outcomes;
}

/** About what a session of so many trials takes: its own copy of the rows, and of each weight what optimisers keep. */
function sessionBytes({ weights }: WholeTrial, { x, y, rows }: RowSet, trials: number): number {
  const copiesOfWeights = 8;
  return 4 * (x.length + y.length + rows + copiesOfWeights * weights.length * trials);
}

/** The places of trials that share epochs, batch size and rows. */
function alike(trials: readonly WholeTrial[]): number[][] {
  const places = trials.map((_, place) => place);
  return groupBy(places, (place) => {
    const { epochs, batchSize, window, shuffle, rules } = trials[place] as WholeTrial;
    // Where a policy changes the batch size, a trial has a session of its own.
    const changes = rules.growth !== undefined || rules.noise !== undefined;
    return JSON.stringify([epochs, batchSize, window, shuffle, changes ? place : -1]);
  });
}

/** Options of a part of the trials that speak of them by their places among all. */
function renumbered(options: WholeRunOptions, indices: readonly number[]): WholeRunOptions {
  const { signal, gate, onAdvance, onEnd, prune } = options;
  const own = (advance: TrialAdvance) => ({ ...advance, trial: indices[advance.trial] as number });
  return {
    ...(signal && { signal }),
    ...(gate && { gate }),
    ...(onAdvance && { onAdvance: (advance: TrialAdvance) => onAdvance(own(advance)) }),
    ...(prune && { prune: (advance: TrialAdvance) => prune(own(advance)) }),
    ...(onEnd && {
      onEnd: (trial: number, outcome: WholeOutcome) => onEnd(indices[trial] as number, outcome),
    }),
  };
}
