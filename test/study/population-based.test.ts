import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SamplerState } from '../../src/study/sampler.ts';
import { type PopulationOptions, populationBased } from '../../src/study/samplers/population-based.ts';
import { random } from '../../src/study/samplers/random.ts';
import { truncationSelection } from '../../src/study/samplers/truncation-selection.ts';
import { choice, float, int, when } from '../../src/study/space/parameters.ts';
import { defineSpace } from '../../src/study/space.ts';
import type { SampledSpace } from '../../src/study/space-types.ts';

const space = defineSpace({
  rate: float(1e-4, 1e-1, { log: true }),
  units: int(4, 32),
  optimizer: choice(['sgd', 'adam', 'rmsprop']),
  momentum: when(float(0, 0.9), { optimizer: 'sgd' }),
});
const width = space.dimensions.length;
const population = 10;

function begun(options: Partial<PopulationOptions> = {}, of: SampledSpace = space, seed = 5): SamplerState {
  return populationBased({ population, ...options }).create(of, 1, seed);
}

function tell(state: SamplerState, points: Float64Array, losses: readonly number[]): void {
  const count = losses.length;
  state.tell({ count, points, values: Float64Array.from(losses), shares: new Float64Array(count).fill(1) });
}

const parentsOf = (state: SamplerState, first: number, count = population) =>
  Array.from(state.parents?.(first, count) ?? []);
const row = (points: Float64Array, index: number) =>
  Array.from(points.subarray(index * width, (index + 1) * width));
const losses = [5, 3, 8, 1, 9, 2, 7, 4, 6, 0];

describe('populationBased', () => {
  it('demands rounds of its population', () => {
    expect(populationBased({ population: 12 }).roundSize).toBe(12);
  });

  it('begins as random search', () => {
    const state = begun();
    expect(state.ask(0, population)).toEqual(random().create(space, 1, 5).ask(0, population));
    expect(parentsOf(state, 0)).toEqual(new Array(population).fill(-1));
  });

  it('lets the worst fifth copy one of the best fifth, and all others go on as they are', () => {
    const state = begun();
    const first = state.ask(0, population);
    tell(state, first, losses);
    const parents = parentsOf(state, 10);
    const next = state.ask(10, population);
    for (let slot = 0; slot < population; slot++) {
      const parent = parents[slot] as number;
      if (slot === 2 || slot === 4) expect([3, 9]).toContain(parent);
      else {
        expect(parent).toBe(slot);
        expect(row(next, slot)).toEqual(row(first, slot));
      }
    }
    expect(state.ask(12, 3)).toEqual(next.slice(2 * width, 5 * width));
  });

  it('moves numbers by the factors on their own scale, choices to a neighbour', () => {
    const plain = defineSpace({ a: float(1, 1e4, { log: true }), b: int(1, 2), c: choice([0, 1, 2, 3, 4]) });
    const seen = [new Set<number>(), new Set<number>(), new Set<number>()];
    for (let seed = 0; seed < 40; seed++) {
      const state = begun({ population: 2, quantile: 0.5, resample: 0, perturb: [0.9, 1.3] }, plain, seed);
      tell(state, Float64Array.of(0.5, 0.25, 0.5, 0.75, 0.75, 0.5), [2, 1]);
      expect(parentsOf(state, 2, 2)).toEqual([1, 1]);
      state.ask(2, 1).forEach((place, d) => {
        seen[d]?.add(Number(place.toFixed(8)));
      });
    }
    const places = seen.map((one) => [...one].sort());
    // a: down by 0.1, or up by 0.3 and back from the end. b: such steps lie in its own bin, so that it moves by a bin.
    expect(places).toEqual([
      [0.65, 0.95],
      [0.25, 0.75],
      [0.3, 0.7],
    ]);
  });

  it('draws anew whom to copy in each generation', () => {
    const state = begun();
    const points = state.ask(0, population);
    const copied = new Set<number>();
    for (let generation = 1; generation <= 20; generation++) {
      tell(state, points, losses);
      copied.add((parentsOf(state, generation * population)[2] as number) % population);
    }
    expect([...copied].sort()).toEqual([3, 9]);
  });

  it('draws a share of the parameters anew', () => {
    const many = defineSpace(
      Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`p${i}`, float(0, 1)])),
    );
    const state = begun({ quantile: 0.5, resample: 0.25 }, many);
    const points = new Float64Array(population * 50).fill(0.5);
    tell(state, points, losses);
    const next = state.ask(10, population);
    const parents = parentsOf(state, 10);
    const copied = parents.flatMap((parent, slot) =>
      parent === slot ? [] : Array.from(next.slice(slot * 50, slot * 50 + 50)),
    );
    const fresh = copied.filter((place) => Math.abs(Math.abs(place - 0.5) - 0.2) > 1e-9);
    expect(copied).toHaveLength(250);
    // 62.5 of 250 expected; a standard deviation is 6.8.
    expect(Math.abs(fresh.length - 62.5)).toBeLessThan(28);
  });

  it('never changes what is to be kept, and draws what a change switches on', () => {
    const seen = new Set<boolean>();
    for (let seed = 0; seed < 30; seed++) {
      const state = begun({ keep: ['units'], resample: 0.5 }, space, seed);
      const first = state.ask(0, population);
      tell(state, first, losses);
      const parents = parentsOf(state, 10);
      const next = state.ask(10, population);
      for (let slot = 0; slot < population; slot++) {
        const [own, parent] = [row(next, slot), row(first, parents[slot] as number)];
        expect(own[1]).toBe(parent[1]);
        expect(Array.from(space.encode(space.decode(own)))).toEqual(own);
        seen.add(Number.isNaN(parent[3]) && !Number.isNaN(own[3]));
      }
    }
    expect(seen.has(true)).toBe(true);
  });

  it('keeps the parent’s parameters where constraints forbid all else', () => {
    const only = defineSpace(
      { a: int(1, 9), b: float(0, 1) },
      { constraints: [({ a }) => a === 5, ({ b }) => b === 0.5] },
    );
    const state = begun({ population: 2 }, only);
    tell(state, Float64Array.of(0.5, 0.5, 0.5, 0.5), [1, 2]);
    expect(Array.from(state.ask(2, 2))).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  it('goes on the same from what it was told, in whatever portions, and asked in whatever order', () => {
    const play = (portion: number) => {
      const state = begun();
      const history: unknown[] = [];
      for (let generation = 0; generation < 4; generation++) {
        const points = state.ask(generation * population, population);
        history.push(points, parentsOf(state, generation * population));
        for (let at = 0; at < population; at += portion) {
          const some = losses.slice(at, at + portion).map((loss) => (loss * (generation + 3)) % 11);
          tell(state, points.slice(at * width, (at + portion) * width), some);
        }
      }
      history.push(state.ask(10, population));
      return history;
    };
    const history = play(10);
    expect(play(1)).toEqual(history);
    expect(history.at(-1)).toEqual(history[2]);
  });

  it('starts afresh where a whole generation has failed', () => {
    const state = begun();
    tell(state, state.ask(0, population), new Array(population).fill(NaN));
    expect(parentsOf(state, 10)).toEqual(new Array(population).fill(-1));
    expect(state.ask(10, population)).toEqual(random().create(space, 1, 5).ask(10, population));
  });

  it('refuses what it cannot do', () => {
    const create = (options: object) => () => begun(options);
    expect(create({ population: 1 })).toThrow('population must be a whole number of at least 2, got 1');
    expect(create({ quantile: 0.6 })).toThrow(
      'quantile must be a finite number above 0 and at most 0.5, got 0.6',
    );
    expect(create({ perturb: [] })).toThrow('perturb must have at least one factor');
    expect(create({ perturb: 1.2 })).toThrow('perturb must be a list, got 1.2');
    expect(create({ perturb: [3] })).toThrow('perturb must be a finite number');
    expect(create({ keep: ['unit'] })).toThrow('did you mean units?');
    expect(create({ keep: ['momentum'] })).toThrow(
      'keep must have optimizer too, since momentum depends on it',
    );
    expect(create({ resmple: 1 })).toThrow('did you mean resample?');
    expect(() => populationBased({ population: 4 }).create(space, 2, 1)).toThrow(
      'must have one objective, got 2',
    );
    expect(() => begun().ask(10, 10)).toThrow("rounds must be of the population's 10 trials");
  });
});

describe('truncation selection', () => {
  it('copies the worst and the failed from the best only', () => {
    const loss = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(NaN), fc.constant(Infinity));
    fc.assert(
      fc.property(fc.array(loss, { minLength: 2, maxLength: 30 }), fc.nat(), (all, word) => {
        const copies = Math.min(Math.ceil(0.2 * all.length), Math.floor(all.length / 2));
        const parents = Array.from(truncationSelection(all, copies, () => word));
        const sorted = all.filter((one) => !Number.isNaN(one)).sort((a, b) => a - b);
        parents.forEach((parent, member) => {
          if (sorted.length === 0) expect(parent).toBe(-1);
          if (parent === member) expect(all[member]).not.toBeNaN();
          if (parent < 0 || parent === member) return;
          expect(all[parent]).toBeLessThanOrEqual(sorted[Math.min(copies, sorted.length) - 1] as number);
          // Whoever copies is no better than anybody who goes on.
          const goesOn = parents.flatMap((one, i) => (one === i ? [all[i] as number] : []));
          if (!Number.isNaN(all[member])) expect(all[member]).toBeGreaterThanOrEqual(Math.max(...goesOn));
        });
        const copying = parents.filter((parent, member) => parent !== member).length;
        const failed = all.length - sorted.length;
        if (sorted.length > copies) expect(copying).toBe(Math.max(copies, failed));
      }),
    );
  });
});
