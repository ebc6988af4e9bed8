import { describe, expect, it } from 'vitest';
import { testFunctions } from '../../../bench/test-functions.ts';
import { choice, integer, real, spaceOf } from '../../../bench/test-spaces.ts';
import { minimize } from '../../../src/study/minimize.ts';
import { RandomStream } from '../../../src/study/random-stream.ts';
import { binEdges, binOf } from '../../../src/study/samplers/places.ts';
import { ToldTrials } from '../../../src/study/samplers/told-trials.ts';
import { BestTrials } from '../../../src/study/samplers/tpe/best-trials.ts';
import { columnKind } from '../../../src/study/samplers/tpe/columns.ts';
import { jointlyActive } from '../../../src/study/samplers/tpe/groups.ts';
import { paretoOrder } from '../../../src/study/samplers/tpe/pareto.ts';
import { ParzenEstimator } from '../../../src/study/samplers/tpe/parzen.ts';
import { tpe } from '../../../src/study/samplers/tpe/tpe.ts';
import { sparseTrials, TreePart } from '../../../src/study/samplers/tpe/tree-part.ts';
import { observed, rowsOf } from './observations.ts';

describe('ParzenEstimator', () => {
  const dimensions = [real('x', 0, 1), integer('n', 1, 4), choice('kind', ['a', 'b', 'c'])];
  const kinds = dimensions.map(columnKind);
  const observations = {
    places: [
      Float64Array.of(0.1, 0.4, 0.95),
      Float64Array.of(0.125, 0.625, 0.875),
      Float64Array.of(1 / 6, 0.5, 0.5),
    ],
    weights: Float64Array.of(1, 2, 0.5),
  };
  const estimator = new ParzenEstimator(kinds, observations, 1);
  const density = (point: ArrayLike<number>) => Math.exp(estimator.logDensity(Float64Array.from(point)));
  /** The prior weighs 1. */
  const weight = 1 + 2 + 0.5 + 1;
  const steps = 400;
  const numbers = [0.125, 0.375, 0.625, 0.875];
  const choices = [1 / 6, 0.5, 5 / 6];
  const grid = Array.from({ length: steps }, (_, i) => (i + 0.5) / steps);

  it('is a density: over all points it adds up to the weights', () => {
    let sum = 0;
    for (const x of grid) for (const n of numbers) for (const c of choices) sum += density([x, n, c]) / steps;
    // The midpoint rule over kernels of width 0.1 and wider, and the accuracy of erfc.
    expect(sum / weight).toBeCloseTo(1, 5);
  });

  it('draws points as often as its density says', () => {
    const draws = 20_000;
    const counts = new Map<string, number>();
    const point = new Float64Array(3);
    const edges = Float64Array.of(0, 0.25, 0.5, 0.75, 1);
    const stream = new RandomStream(1, 900, 0);
    for (let i = 0; i < draws; i++) {
      estimator.sample(stream, point);
      const key = [binOf(edges, point[0] as number), binOf(edges, point[1] as number), point[2]].join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    let chiSquare = 0;
    for (const [quarter, n] of [0, 1, 2, 3].flatMap((q) => numbers.map((n) => [q, n] as const))) {
      for (const c of choices) {
        const inside = grid.filter((x) => binOf(edges, x) === quarter);
        const share = inside.reduce((sum, x) => sum + density([x, n, c]), 0) / steps / weight;
        const count = counts.get([quarter, binOf(edges, n), c].join()) ?? 0;
        chiSquare += (count - draws * share) ** 2 / (draws * share);
      }
    }
    // The 0.999 quantile of chi-square with 47 degrees of freedom.
    expect(chiSquare).toBeLessThan(82.7);
  });

  it('becomes higher where a kernel is added; later ones replace the first', () => {
    const before = density([0.7, 0.375, 5 / 6]);
    estimator.addKernel(Float64Array.of(0.7, 0.375, 5 / 6));
    expect(density([0.7, 0.375, 5 / 6])).toBeGreaterThan(2 * before);
    expect(estimator.kernels).toBe(5);
    estimator.addKernel(Float64Array.of(0.2, 0.875, 1 / 6));
    // What is left is the other kernel's tail, 4e-8: 5 widths away in the first dimension, and 3 in the second, where
    // kernels over few values are at least 0.2 n^(-1/7) wide.
    expect(density([0.7, 0.375, 5 / 6])).toBeCloseTo(before, 6);
    expect(estimator.kernels).toBe(5);
  });
});

describe('binEdges', () => {
  it('finds where values change, on a scale that is not even', () => {
    const ends = [0, 0.5, 0.8, 1];
    const snap = (place: number) => [0.25, 0.65, 0.9][binOf(Float64Array.from(ends), place)] as number;
    const edges = binEdges({ name: 'n', kind: 'number', size: 3, snap });
    for (const [i, end] of ends.entries()) expect(edges[i]).toBeCloseTo(end, 9);
  });
});

describe('jointlyActive', () => {
  it('puts dimensions together that have the same condition', () => {
    const conditional = testFunctions.find(({ name }) => name === 'conditional');
    expect(jointlyActive(conditional?.space.dimensions ?? [])).toEqual([[0, 1], [2], [3, 4], [5, 6, 7], [8]]);
  });
});

describe('BestTrials', () => {
  function told(values: readonly number[][], shares: readonly number[]): ToldTrials {
    const trials = new ToldTrials(1, values[0]?.length ?? 1);
    const points = new Float64Array(values.length);
    trials.add({ ...observed(points, 1, values), shares: Float64Array.from(shares) });
    return trials;
  }

  it('puts pruned trials behind complete ones, by how long they trained, and leaves out failed ones', () => {
    const trials = told([[5], [0.1], [Number.NaN], [0.2], [4], [0.3]], [1, 0.25, 1, 0.5, 1, 0.5]);
    const best = new BestTrials(trials, 10);
    best.add([0, 1, 2, 3, 4, 5]);
    expect(best.best(10)).toEqual([4, 0, 3, 5, 1]);
    expect(best.count).toBe(5);
  });

  it('keeps the best of many, whether they come one by one or all at once', () => {
    const values = Array.from({ length: 300 }, (_, i) => [(i * 0.618) % 1]);
    const shares = values.map((_, i) => (i % 9 === 0 ? 0.5 : 1));
    const trials = told(values, shares);
    const single = new BestTrials(trials, 8);
    for (const i of values.keys()) single.add([i]);
    const together = new BestTrials(trials, 8);
    together.add([...values.keys()]);
    const sorted = [...values.keys()].filter((i) => shares[i] === 1);
    sorted.sort((a, b) => (values[a]?.[0] as number) - (values[b]?.[0] as number));
    expect(single.best(8)).toEqual(sorted.slice(0, 8));
    expect(together.best(8)).toEqual(sorted.slice(0, 8));
  });

  it('ranks several objectives by fronts', () => {
    const trials = told(
      [
        [3, 3],
        [1, 4],
        [4, 1],
        [2, 2],
        [5, 5],
      ],
      [1, 1, 1, 1, 1],
    );
    const best = new BestTrials(trials, 4);
    best.add([0, 1, 2, 3, 4]);
    expect(new Set(best.best(3))).toEqual(new Set([1, 2, 3]));
    expect(best.best(4)[3]).toBe(0);
  });
});

describe('paretoOrder', () => {
  it('prefers the ends of a front and what is far from its neighbours', () => {
    const values = [
      [0, 10],
      [1, 9],
      [1.1, 8.9],
      [5, 5],
      [10, 0],
    ];
    const order = paretoOrder([0, 1, 2, 3, 4], 2, (trial, o) => values[trial]?.[o] as number);
    expect(order.slice(0, 3)).toEqual([0, 4, 3]);
  });
});

describe('an ask', () => {
  const space = spaceOf([real('x', 0, 1), real('y', 0, 1)]);
  const kinds = space.dimensions.map(columnKind);

  it('costs the same however many trials there are: the kernels of both estimators stay the same', () => {
    const trials = new ToldTrials(2, 1);
    const part = new TreePart([0, 1], kinds, trials, { gamma: 0.1, mostGood: 25, mostBad: 256 });
    const kernels = [500, 500, 9000, 90_000].map((more) => {
      const points = Float64Array.from({ length: 2 * more }, (_, i) => ((i + trials.count) * 0.618) % 1);
      const first = trials.count;
      trials.add(
        observed(
          points,
          2,
          Array.from(rowsOf(points, 2), ([x = 0]) => [x]),
        ),
      );
      part.add(first);
      return part.model().kernels;
    });
    expect(Math.max(...kernels)).toBeLessThanOrEqual(25 + 1 + 256 + 1);
    expect(Math.min(...kernels)).toBeGreaterThan(200);
  });

  it('counts suggestions of the same ask as bad', () => {
    const trials = new ToldTrials(2, 1);
    const part = new TreePart([0, 1], kinds, trials, { gamma: 0.1, mostGood: 25, mostBad: 256 });
    const points = Float64Array.from({ length: 80 }, (_, i) => (i * 0.618) % 1);
    trials.add(
      observed(
        points,
        2,
        Array.from(rowsOf(points, 2), ([x = 0]) => [x]),
      ),
    );
    part.add(0);
    const model = part.model();
    const suggest = () => model.suggest(24, new RandomStream(0, 900, 0), () => undefined);
    const first = suggest();
    expect(suggest()).toEqual(first);
    model.remember(first);
    expect(suggest()).not.toEqual(first);
  });

  it('takes the latest trials, and a sample of older ones that stands for all of them', () => {
    const all = Array.from({ length: 10_000 }, (_, i) => i);
    const { trials, weights } = sparseTrials(all, (trial) => trial !== 9999, 100);
    expect(trials.slice(-49)).toEqual(all.slice(-50, -1));
    expect(trials.length).toBe(99);
    // Ages weigh from 1 / count to 1 in even steps, so that all of them together weigh about half of their number.
    expect(weights.reduce((sum, weight) => sum + weight, 0) / 5000).toBeCloseTo(1, 1);
  });
});

describe('several objectives', () => {
  it('are searched along the whole front, better than at random', async () => {
    const space = spaceOf(Array.from({ length: 5 }, (_, i) => real(`x${i}`, 0, 1)));
    // ZDT1 (Zitzler, Deb, Thiele 2000): the front is 1 - sqrt(first) where all other parameters are 0.
    const { trials } = await minimize(
      (parameters) => {
        const [first = 0, ...others] = Object.values(parameters).map(Number);
        const g = 1 + (9 * others.reduce((sum, x) => sum + x, 0)) / others.length;
        return [first, g * (1 - Math.sqrt(first / g))];
      },
      space,
      tpe(),
      { trials: 400, batch: 8, objectives: 2, seed: 3 },
    );
    const near = trials.filter(({ values: [a = 0, b = 0] }) => b - (1 - Math.sqrt(a)) < 0.5);
    const firsts = near.map(({ values: [a = 0] }) => a);
    // A random point is as near with a probability of about 1e-3.
    expect(near.length).toBeGreaterThan(40);
    expect(Math.min(...firsts)).toBeLessThan(0.1);
    expect(Math.max(...firsts)).toBeGreaterThan(0.6);
  });
});
