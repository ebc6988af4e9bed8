import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pruner, PrunerState, RungValues } from '../../src/study/pruner.ts';
import { asha, type HalvingOptions } from '../../src/study/pruners/asha.ts';
import { bracketShares, hyperband } from '../../src/study/pruners/hyperband.ts';
import { createPruner, prunerNames } from '../../src/study/pruners/index.ts';
import { type MedianPrunerOptions, medianPruner } from '../../src/study/pruners/median.ts';
import { noPruner } from '../../src/study/pruners/none.ts';
import { Ranking } from '../../src/study/pruners/ranking.ts';

interface GoldenTrial {
  readonly curve: readonly number[];
  readonly trained: number;
  readonly failed: boolean;
  readonly bracket?: number;
}
interface GoldenStudy<O> {
  readonly options: O;
  readonly epochs: number;
  readonly trials: readonly GoldenTrial[];
  readonly shares?: readonly number[];
}
// Recorded by scripts/golden/study_pruners.py.
const golden = JSON.parse(readFileSync(new URL('pruners.json', import.meta.url), 'utf8')) as {
  readonly median: readonly GoldenStudy<MedianPrunerOptions>[];
  readonly asha: readonly GoldenStudy<Required<HalvingOptions>>[];
  readonly hyperband: readonly GoldenStudy<Required<HalvingOptions>>[];
};

/** Trains one trial as the runner does: it stops at the first rung whose limit its value exceeds. */
function train(state: PrunerState, index: number, epochs: number, curve: readonly number[]) {
  const values: number[] = [];
  for (const { epoch, limit } of state.rungs(index, epochs)) {
    values.push(curve[epoch - 1] as number);
    if (!((values.at(-1) as number) <= limit)) return { trained: epoch, values, complete: false };
  }
  return { trained: epochs, values, complete: true };
}

/** Trains trials one after another, each a round, and says how many epochs each has had. */
function trainAll(
  pruner: Pruner,
  { epochs, trials }: GoldenStudy<unknown>,
  indexOf = (trial: number) => trial,
) {
  const state = pruner.create(1);
  return trials.map(({ curve, failed }, trial) => {
    const index = indexOf(trial);
    const { trained, values, complete } = train(state, index, epochs, curve);
    state.tell([{ index, values, complete: complete && !failed }]);
    return trained;
  });
}

describe('medianPruner', () => {
  it.each(golden.median)('stops the trials that Optuna stops, at the same epochs: $options', (study) => {
    expect(trainAll(medianPruner(study.options), study)).toEqual(study.trials.map(({ trained }) => trained));
  });

  it('puts rungs behind the warmup, and none at the last epoch', () => {
    const epochsOf = (options: MedianPrunerOptions, epochs: number) =>
      medianPruner(options)
        .create(1)
        .rungs(0, epochs)
        .map(({ epoch }) => epoch);
    expect(epochsOf({}, 4)).toEqual([1, 2, 3]);
    expect(epochsOf({ warmupEpochs: 2, interval: 3 }, 12)).toEqual([3, 6, 9]);
    expect(epochsOf({ warmupEpochs: 4 }, 5)).toEqual([]);
  });

  it('takes the middle of two, and looks at complete trials only', () => {
    const state = medianPruner({ startupTrials: 3, warmupEpochs: 1 }).create(1);
    const limits = () => state.rungs(9, 4).map(({ limit }) => limit);
    state.tell([
      { index: 0, values: [1, 5] },
      { index: 1, values: [4, NaN] },
      { index: 2, values: [0, 0], complete: false },
    ]);
    expect(limits()).toEqual([Infinity, Infinity]);
    state.tell([{ index: 3, values: [9, 2] }]);
    expect(limits()).toEqual([4, 3.5]);
  });
});

describe('asha', () => {
  it.each(golden.asha)('stops the trials that Optuna stops, at the same epochs: $options', (study) => {
    expect(trainAll(asha(study.options), study)).toEqual(study.trials.map(({ trained }) => trained));
  });

  it('lets the best 1 / reduction of all that came to a rung go on, however they came', () => {
    const values = fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(NaN)), { maxLength: 60 });
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 2, max: 5 }),
        fc.integer({ min: 1, max: 20 }),
        (all, eta, round) => {
          const state = asha({ reduction: eta }).create(1);
          for (let at = 0; at < all.length; at += round) {
            const trials = all.slice(at, at + round).map((value, i) => ({ index: at + i, values: [value] }));
            state.tell(trials);
          }
          const sorted = all.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
          const rank = Math.max(1, Math.floor((sorted.length + 1) / eta));
          expect(state.rungs(all.length, 2)[0]?.limit).toBe(sorted[rank - 1] ?? Infinity);
        },
      ),
    );
  });

  it('multiplies the epochs of its rungs', () => {
    const epochs = (options: HalvingOptions, most: number) =>
      asha(options)
        .create(1)
        .rungs(0, most)
        .map(({ epoch }) => epoch);
    expect(epochs({}, 27)).toEqual([1, 3, 9]);
    expect(epochs({}, 28)).toEqual([1, 3, 9, 27]);
    expect(epochs({ minEpochs: 5, reduction: 2 }, 30)).toEqual([5, 10, 20]);
    expect(epochs({ minEpochs: 5 }, 5)).toEqual([]);
  });
});

describe('hyperband', () => {
  it.each(golden.hyperband)('has the shares of Optuna, and stops what it stops: $options', (study) => {
    expect(bracketShares(study.options, study.epochs)).toEqual(study.shares);
    // Optuna deals out by another hash: each trial gets an index here that leads to the same bracket.
    const { minEpochs, reduction } = study.options;
    const firstEpochs = hyperband(study.options).create(1);
    const bracketOf = (index: number) => {
      const first = firstEpochs.rungs(index, study.epochs)[0]?.epoch ?? study.epochs;
      return Math.round(Math.log(first / minEpochs) / Math.log(reduction));
    };
    let last = -1;
    const indices = study.trials.map(({ bracket }) => {
      do last++;
      while (bracketOf(last) !== bracket);
      return last;
    });
    const trained = trainAll(hyperband(study.options), study, (trial) => indices[trial] as number);
    expect(trained).toEqual(study.trials.map((trial) => trial.trained));
  });

  it('deals trials out by their index, in these shares', () => {
    const state = hyperband({}).create(3);
    const counts = new Map<number, number>();
    for (let index = 0; index < 1700; index++) {
      const first = state.rungs(index, 9)[0]?.epoch ?? 9;
      counts.set(first, (counts.get(first) ?? 0) + 1);
    }
    // Shares of 9, 5 and 3 in 17: a standard deviation is 21 at most, and this allows four of them.
    for (const [first, expected] of [
      [1, 900],
      [3, 500],
      [9, 300],
    ] as const) {
      expect(Math.abs((counts.get(first) as number) - expected)).toBeLessThan(84);
    }
  });

  it('decides the same after a resume, where it is told before it is asked', () => {
    const told = Array.from({ length: 50 }, (_, index) => ({
      index,
      values: [((index * 7) % 11) / 10, 0.2],
    }));
    const live = hyperband({}).create(3);
    live.rungs(0, 9);
    for (const trial of told) live.tell([trial]);
    const resumed = hyperband({}).create(3);
    resumed.tell(told);
    const limits = (state: PrunerState) => told.map(({ index }) => state.rungs(100 + index, 9));
    expect(limits(resumed)).toEqual(limits(live));
    expect(() => resumed.rungs(0, 10)).toThrow('epochs must be the same for all trials with hyperband');
  });
});

describe('all pruners', () => {
  it('are made by name', () => {
    expect(prunerNames.map((name) => createPruner({ name }).name)).toEqual(prunerNames);
    expect(noPruner().create(1).rungs(0, 100)).toEqual([]);
  });

  it('refuse what they do not know', () => {
    expect(() => createPruner({ name: 'medain' })).toThrow('did you mean median?');
    expect(() => createPruner({ name: 'median', warmup_epoch: 3 })).toThrow('did you mean warmupEpochs?');
    expect(() => createPruner({ name: 'asha', reduction: 1 })).toThrow(
      'reduction must be a whole number of at least 2',
    );
    expect(() => createPruner({ name: 'asha', minEpochs: 0 })).toThrow('minEpochs must be a whole number');
    expect(() => createPruner('asha' as never)).toThrow('pruner must be an object with a name, got "asha"');
  });

  it.each(prunerNames)('%s takes 100,000 trials in small rounds', (name) => {
    const state = createPruner({ name }).create(1);
    const started = performance.now();
    for (let round = 0; round < 12_500; round++) {
      const trials: RungValues[] = Array.from({ length: 8 }, (_, i) => {
        const index = 8 * round + i;
        return {
          index,
          values: Float64Array.from(state.rungs(index, 10), (_, k) => (index * 7919 * (k + 1)) % 10007),
        };
      });
      state.tell(trials);
    }
    // Below 1 s here; a sort or a scan of all values in each round would take minutes.
    expect(performance.now() - started).toBeLessThan(10_000);
    for (const { limit } of state.rungs(0, 10)) expect(limit).toBeLessThan(10007);
  });
});

describe('a ranking', () => {
  it('knows the borders of the best, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 })), (values) => {
        const ranking = new Ranking((count) => Math.ceil(count / 2));
        values.forEach((value, i) => {
          ranking.add(value);
          const sorted = values.slice(0, i + 1).sort((a, b) => a - b);
          const half = Math.ceil(sorted.length / 2);
          expect(ranking.lastOfBest).toBe(sorted[half - 1]);
          expect(ranking.firstOfRest).toBe(sorted[half] ?? Infinity);
        });
      }),
    );
  });
});
