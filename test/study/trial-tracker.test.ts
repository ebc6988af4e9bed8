import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochColumns, type WholeOutcome, type WholeTrial } from '../../src/engine/whole.ts';
import { mlp } from '../../src/index.ts';
import { TrialTracker } from '../../src/study/trial-tracker.ts';
import { trialSettings } from '../../src/train/trial-settings.ts';

const epochs = 8;
const network = mlp({ inputs: 1, hidden: [], outputs: 1, outputActivation: 'sigmoid' });
/** Five rows train it and two judge it. */
const trial: WholeTrial = {
  ...trialSettings({ network, loss: 'binary_crossentropy' }),
  epochs,
  batchSize: 1,
  shuffle: true,
  window: { first: 0, end: 7, firstValidation: 0, endValidation: 2 },
  rules: { stopOnNaN: true },
};

/** The validation loss after each epoch that a run trains; it stops early where there are fewer than 8. */
type Curve = readonly number[];

function rowsOf(curve: Curve): Float32Array {
  const rows = new Float32Array(curve.length * epochColumns.length);
  curve.forEach((value, epoch) => {
    for (const column of ['valLossSum', 'valDataLossSum'] as const) {
      rows[epoch * epochColumns.length + epochColumns.indexOf(column)] = 2 * value;
    }
  });
  return rows;
}

function outcomeOf(curve: Curve): WholeOutcome {
  const best = curve.indexOf(Math.min(...curve));
  const stopped = curve.length < epochs;
  return {
    status: stopped ? 'stopped' : 'finished',
    epochs: curve.length,
    history: rowsOf(curve),
    weights: new Float32Array(2),
    ...(stopped && best >= 0 && { restoredEpoch: best }),
  };
}

/** What should become of a trial, from whole curves. */
function expected(curves: readonly Curve[], limits: readonly { epoch: number; limit: number }[]) {
  const firstBad = curves.map((curve) => curve.findIndex((value) => !Number.isFinite(value)) + 1 || Infinity);
  const divergedAt = Math.min(...firstBad);
  const rungs: number[] = [];
  for (const { epoch, limit } of limits) {
    if (epoch >= divergedAt) break;
    const values = curves.map((curve) => curve[epoch - 1] ?? Math.min(...curve));
    rungs.push(values.reduce((sum, value) => sum + value, 0) / values.length);
    if ((rungs.at(-1) as number) > limit) return { state: 'pruned', epochs: epoch, rungs };
  }
  if (divergedAt < Infinity) return { state: 'failed', epochs: divergedAt, rungs };
  return { state: 'complete', epochs: Infinity, rungs };
}

/** Feeds the runs piece by piece: `order` says whose turn it is, and how many epochs come at once. */
function feed(
  tracker: TrialTracker,
  curves: readonly Curve[],
  order: readonly (readonly [number, number])[],
) {
  const places = curves.map(() => 0);
  const ended = curves.map(() => false);
  const turn = (run: number, most: number) => {
    const curve = curves[run] as Curve;
    const from = places[run] as number;
    const to = Math.min(curve.length, from + most);
    if (to > from) tracker.advance(run, { firstEpoch: from, rows: rowsOf(curve.slice(from, to)) });
    places[run] = to;
    const settled = tracker.settlement;
    expect(tracker.mayEnd(run)).toBe(settled !== undefined && to >= settled.epochs);
    if (to < curve.length || from < to) return;
    if (!ended[run]) tracker.end(run, outcomeOf(curve));
    ended[run] = true;
  };
  for (const [run, most] of order) turn(run % curves.length, most);
  for (let round = 0; round <= epochs; round++) for (const run of curves.keys()) turn(run, 1);
}

const value = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 16 }).map((n) => n / 8) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity) },
);
const curves = fc.array(fc.array(value, { minLength: 1, maxLength: epochs }), { minLength: 1, maxLength: 4 });
const limits = fc
  .uniqueArray(fc.integer({ min: 1, max: epochs - 1 }), { maxLength: 4 })
  .chain((at) =>
    fc.tuple(
      ...at
        .sort((a, b) => a - b)
        .map((epoch) =>
          fc.record({ epoch: fc.constant(epoch), limit: fc.constantFrom(0.5, 1, 1.5, Infinity) }),
        ),
    ),
  );
const order = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 5 })), { maxLength: 30 });

describe('the verdict on a trial', () => {
  it('follows from the curves alone, in whatever order its runs advance', () => {
    fc.assert(
      fc.property(curves, limits, order, (own, rungs, turns) => {
        const tracker = new TrialTracker(
          own.map(() => trial),
          rungs,
        );
        feed(tracker, own, turns);
        expect(tracker.settlement).toEqual(expected(own, rungs));
      }),
      { numRuns: 1500, seed: 1 },
    );
  });

  it('waits at a rung for the slowest run', () => {
    const tracker = new TrialTracker([trial, trial], [{ epoch: 2, limit: 1 }]);
    tracker.advance(0, { firstEpoch: 0, rows: rowsOf([9, 9, 9, 9]) });
    tracker.advance(1, { firstEpoch: 0, rows: rowsOf([0]) });
    expect([tracker.settlement, tracker.mayEnd(0)]).toEqual([undefined, false]);
    tracker.advance(1, { firstEpoch: 1, rows: rowsOf([0]) });
    expect(tracker.settlement).toEqual({ state: 'pruned', epochs: 2, rungs: [4.5] });
  });

  it('waits for runs that are behind where one diverges, and lets a rung before it count', () => {
    const tracker = new TrialTracker([trial, trial], [{ epoch: 2, limit: 1 }]);
    tracker.advance(0, { firstEpoch: 0, rows: rowsOf([3, 3, NaN]) });
    expect(tracker.settlement).toBeUndefined();
    tracker.advance(1, { firstEpoch: 0, rows: rowsOf([3, 3, 3]) });
    expect(tracker.settlement).toMatchObject({ state: 'pruned', epochs: 2 });
  });

  it('does not count a run that was cancelled as one that has ended', () => {
    const tracker = new TrialTracker([trial, trial], []);
    tracker.end(0, outcomeOf([1, 2]));
    tracker.end(1, { ...outcomeOf([1]), status: 'cancelled' });
    expect(tracker.settlement).toBeUndefined();
    tracker.end(1, outcomeOf([1]));
    expect(tracker.settlement).toMatchObject({ state: 'complete' });
  });
});
