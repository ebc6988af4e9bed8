import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  constant,
  cosineDecay,
  cosineDecayRestarts,
  customSchedule,
  exponentialDecay,
  type OneCycleOptions,
  oneCycle,
  piecewiseConstantDecay,
  polynomialDecay,
  type ScheduleOptions,
  scaleEachEpoch,
  schedule,
} from '../../src/model/schedules.ts';

function golden<T>(name: string): T {
  const file = new URL(`../golden/keras-extra/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: T }).cases;
}

describe("Keras's schedules", () => {
  const cases =
    golden<
      readonly {
        readonly name: string;
        readonly options: Readonly<Record<string, number>>;
        readonly steps: readonly number[];
        readonly rates: readonly number[];
      }[]
    >('schedules');

  it.each(cases)('$name $options', ({ name, options, steps, rates }) => {
    const made = schedule({ name, ...options } as unknown as ScheduleOptions);
    const highest = Math.max(...rates);
    steps.forEach((step, index) => {
      const expected = rates[index] as number;
      // Keras works in single precision: a few roundings relative to the rate, and near the foot of a cosine or the
      // end of a root, where nearly equal numbers are subtracted, relative to the highest rate.
      const tolerance = Math.max(1e-6 * expected, 5e-7 * highest);
      expect(Math.abs(made.at(step, 0) - expected), `step ${step}`).toBeLessThanOrEqual(tolerance);
    });
  });
});

describe('oneCycle', () => {
  const cases =
    golden<readonly { readonly options: OneCycleOptions; readonly rates: readonly number[] }[]>('one-cycle');

  it.each(cases)('is that of PyTorch: $options', ({ options, rates }) => {
    const made = oneCycle(options);
    rates.forEach((expected, step) => {
      // PyTorch's rates are doubles, ours rounded to single precision (half a unit is 6e-8), relative to the larger
      // numbers that cancel near the end.
      const tolerance = 6e-8 * expected + 1e-15;
      expect(Math.abs(made.at(step, 0) - expected), `step ${step}`).toBeLessThanOrEqual(tolerance);
    });
    expect(made.at(rates.length + 100, 0)).toBe(made.at(rates.length - 1, 0));
  });

  it('starts at the top where the rise takes no time', () => {
    expect(oneCycle({ maxLr: 0.5, totalSteps: 10, pctStart: 0.1 }).at(0, 0)).toBe(0.5);
    expect(oneCycle({ maxLr: 0.5, totalSteps: 1, pctStart: 1 }).at(0, 0)).toBe(0.5);
  });
});

describe('schedules', () => {
  it('give single precision', () => {
    expect(constant(0.1).at(3, 0)).toBe(Math.fround(0.1));
    expect(customSchedule(() => 0.1).at(0, 0)).toBe(Math.fround(0.1));
  });

  it('scale the rate each epoch as eta_t = eta_{t-1} * decayRate does', () => {
    const made = scaleEachEpoch({ initialLearningRate: 0.01, decayRate: 0.95 });
    expect(made.unit).toBe('epoch');
    let rate = 0.01;
    for (let epoch = 0; epoch < 100; epoch++) {
      // One rounding to single precision.
      expect(Math.abs(made.at(epoch, 0) / rate - 1)).toBeLessThan(6e-8);
      rate *= 0.95;
    }
  });

  it('hand index and rate before to a function', () => {
    const made = customSchedule((epoch, previous) => previous / (epoch + 1), 'epoch');
    expect(made.unit).toBe('epoch');
    expect(made.at(3, 8)).toBe(2);
    expect(() => customSchedule(() => Number.NaN).at(5, 0)).toThrow(
      'learning rate of step 5 must be a finite number at least 0, got NaN',
    );
  });

  it('restart on the exact step', () => {
    const made = cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 10, tMul: 3 });
    // Periods of 10, 30 and 90 steps begin at 0, 10, 40 and 130.
    expect([0, 10, 40, 130].map((step) => made.at(step, 0))).toEqual([1, 1, 1, 1]);
    expect(made.at(39, 0)).toBeLessThan(0.01);
    // log(1000) / log(10) is just below 3 in double precision.
    expect(cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 10, tMul: 10 }).at(1110, 0)).toBe(
      1,
    );
  });

  it.each([
    constant(0.1),
    piecewiseConstantDecay({ boundaries: [3], values: [1, 0.5] }),
    exponentialDecay({ initialLearningRate: 0.1, decaySteps: 3, decayRate: 0.9, staircase: true }),
    scaleEachEpoch({ initialLearningRate: 0.1, decayRate: 0.9 }),
    polynomialDecay({ initialLearningRate: 0.1, decaySteps: 3, cycle: true }),
    cosineDecay({ initialLearningRate: 0.1, decaySteps: 8, warmupTarget: 0.4, warmupSteps: 2 }),
    cosineDecayRestarts({ initialLearningRate: 0.1, firstDecaySteps: 3, mMul: 0.5 }),
    oneCycle({ maxLr: 0.1, totalSteps: 9, threePhase: true }),
  ])('come back from JSON: $description', (made) => {
    const restored = schedule(JSON.parse(JSON.stringify(made)) as ScheduleOptions);
    const rates = Array.from({ length: 12 }, (_, step) => made.at(step, 0));
    expect(rates).toEqual(Array.from({ length: 12 }, (_, step) => restored.at(step, 0)));
    expect(new Set(rates).size).toBeGreaterThan(made.options?.name === 'constant' ? 0 : 1);
    expect(restored).toMatchObject({ unit: made.unit, description: made.description });
  });

  it('cannot be stored when they are functions', () => {
    expect(() => JSON.stringify(customSchedule(() => 1))).toThrow('schedule must be made from options');
  });

  const decay = { initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.9 };
  it.each([
    [
      () => exponentialDecay({ ...decay, decaySteps: 0 }),
      'decaySteps must be a finite number above 0, got 0',
    ],
    [() => exponentialDecay({ ...decay, initialLearningRate: -1 }), 'initialLearningRate must be'],
    [() => exponentialDecay({ ...decay, decay_rate: 1 } as never), 'did you mean decayRate?'],
    [() => exponentialDecay({ ...decay, staircase: 1 as never }), 'staircase must be true or false, got 1'],
    [() => piecewiseConstantDecay({ boundaries: [1], values: [1] }), 'one number more than the 1 boundaries'],
    [() => piecewiseConstantDecay({ boundaries: [2, 2], values: [1, 2, 3] }), 'boundaries[1] must be'],
    [() => oneCycle({ maxLr: 1, totalSteps: 0 }), 'totalSteps must be'],
    [
      () => oneCycle({ maxLr: 1, totalSteps: 5, annealStrategy: 'cosine' as never }),
      'annealStrategy must be',
    ],
    [() => oneCycle({ maxLr: 1, totalSteps: 5, pctStart: 30 }), 'pctStart must be'],
    [() => cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 5, tMul: 0.5 }), 'tMul must be'],
    [() => schedule({ name: 'cosineDecay' } as never), 'did you mean cosine_decay?'],
    [() => customSchedule(() => 1, 'batch' as never), 'unit must be one of step, epoch'],
  ])('refuse options that cannot be (%#)', (make, message) => {
    expect(make).toThrow(message);
  });
});
