import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sampler } from '../../src/study/sampler.ts';
import { grid } from '../../src/study/samplers/grid.ts';
import { createSampler, samplerNames } from '../../src/study/samplers/index.ts';
import { quasiRandom } from '../../src/study/samplers/quasi-random.ts';
import { random } from '../../src/study/samplers/random.ts';
import { scrambled, sobolDimensions, sobolDirections, sobolWord } from '../../src/study/samplers/sobol.ts';
import { choice, float, int, when } from '../../src/study/space/parameters.ts';
import { defineSpace } from '../../src/study/space.ts';
import type { SampledSpace } from '../../src/study/space-types.ts';

const space = defineSpace(
  {
    rate: float(1e-4, 1e-1, { log: true }),
    layers: int(1, 3),
    units1: int(4, 32, { log: true }),
    units2: when(int(4, 32, { log: true }), { layers: [2, 3] }),
    drop: when(choice([0, 0.5]), { units2: [8, 9, 10, 11, 12, 13, 14, 15, 16] }),
  },
  { constraints: [{ left: 'units2', op: '<=', right: 'units1' }] },
);

function rowsOf(sampler: Sampler, of: SampledSpace, first: number, count: number, seed = 7): number[][] {
  const points = sampler.create(of, 1, seed).ask(first, count);
  const width = of.dimensions.length;
  const rows = Array.from({ length: points.length / width }, (_, row) => row * width);
  return rows.map((at) => Array.from(points.subarray(at, at + width)));
}

describe.each([random(), grid({ resolution: 3 }), quasiRandom()])('the $name sampler', (sampler) => {
  it('suggests points that are snapped, allowed, and NaN where parameters are off', () => {
    for (const row of rowsOf(sampler, space, 0, 500)) {
      expect(space.isAllowed(row)).toBe(true);
      expect(Array.from(space.encode(space.decode(row)))).toEqual(row);
    }
  });

  it('suggests for a trial the same in whatever rounds, and another for another seed', () => {
    const all = rowsOf(sampler, space, 0, 60);
    const state = sampler.create(space, 1, 7);
    const parts = [state.ask(40, 20), state.ask(0, 40), state.ask(0, 40)].map((part) => Array.from(part));
    expect(parts).toEqual([all.slice(40).flat(), all.slice(0, 40).flat(), all.slice(0, 40).flat()]);
    expect(rowsOf(sampler, space, 0, 60, 8)).not.toEqual(all);
  });

  it('has nothing to choose in a space without free parameters', () => {
    expect(sampler.create(defineSpace({ a: 1 }), 1, 7).ask(0, 1)).toHaveLength(0);
  });
});

describe('random', () => {
  it('draws uniformly, and independently by dimension', () => {
    const rows = rowsOf(random(), defineSpace({ a: float(0, 1), b: float(0, 1) }), 0, 4000);
    const counts = new Array<number>(16).fill(0);
    for (const [a = 0, b = 0] of rows) {
      const cell = Math.floor(a * 4) * 4 + Math.floor(b * 4);
      counts[cell] = (counts[cell] as number) + 1;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - 250) ** 2 / 250, 0);
    // 15 degrees of freedom: one seed in a thousand lies above, and one below.
    expect(chiSquare).toBeLessThan(37.7);
    expect(chiSquare).toBeGreaterThan(3.5);
  });

  it('says that constraints allow nothing', () => {
    const none = defineSpace({ a: float(0, 1) }, { constraints: [() => false] });
    for (const sampler of [random(), quasiRandom()]) {
      expect(() => sampler.create(none, 1, 7).ask(0, 1)).toThrow(
        'constraints must allow more than one in 10000',
      );
    }
  });
});

describe('grid', () => {
  it('has every combination that is possible, once', () => {
    const small = defineSpace({
      layers: int(1, 2),
      units: int(4, 6, { log: true }),
      second: when(choice(['a', 'b']), { layers: 2 }),
      third: when(choice([1, 2, 3]), { second: 'b' }),
      rate: float(0, 1),
    });
    const rows = rowsOf(grid({ resolution: 4 }), small, 0, 1000);
    const expected = [];
    for (const units of [4, 5, 6]) {
      for (const rate of [0, 1 / 3, 2 / 3, 1]) {
        expected.push({ layers: 1, units, rate });
        expected.push({ layers: 2, units, rate, second: 'a' });
        for (const third of [1, 2, 3]) expected.push({ layers: 2, units, rate, second: 'b', third });
      }
    }
    const rounded = (value: unknown) => (typeof value === 'number' ? Number(value.toFixed(6)) : value);
    const key = (parameters: object) =>
      JSON.stringify(
        Object.entries(parameters)
          .sort()
          .map(([name, value]) => [name, rounded(value)]),
      );
    expect(rows.map((row) => key(small.decode(row))).sort()).toEqual(expected.map(key).sort());
  });

  it('has as many points as the space, whatever it is made of', () => {
    const size = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(size, size, size, fc.boolean(), (a, b, c, log) => {
        const some = defineSpace({
          a: int(1, a, { log }),
          b: when(int(3, 2 + b, { log }), { a: [1, a].slice(0, a) }),
          c: when(choice(Array.from({ length: c }, (_, i) => i)), { b: 3 }),
        });
        const rows = rowsOf(grid(), some, 0, 10_000);
        expect(rows).toHaveLength(some.size);
        expect(new Set(rows.map((row) => row.join())).size).toBe(some.size);
      }),
    );
  });

  it('ends where all allowed points have been had', () => {
    const some = defineSpace(
      { a: int(1, 10), b: int(1, 10) },
      { constraints: [{ left: 'a', op: '<', right: 'b' }] },
    );
    const state = grid().create(some, 1, 3);
    expect(state.ask(0, 40)).toHaveLength(80);
    expect(state.ask(40, 40)).toHaveLength(10);
    expect(state.ask(45, 40)).toHaveLength(0);
    expect(state.ask(90, 40)).toHaveLength(0);
  });

  it('lies all over the space from the start', () => {
    const some = defineSpace({ a: int(0, 99), b: int(0, 99) });
    const cells = new Set(
      rowsOf(grid(), some, 0, 100).map(([a = 0, b = 0]) => `${Math.floor(4 * a)} ${Math.floor(4 * b)}`),
    );
    expect(cells.size).toBeGreaterThanOrEqual(14);
  });

  it('refuses spaces that are too large', () => {
    const create = (of: SampledSpace) => () => grid().create(of, 1, 1);
    const wide = { low: 0, high: 9999, type: 'int' } as const;
    expect(create(defineSpace({ a: wide, b: wide }))).toThrow('at most 2^24 points, got 100000000');
    expect(create(defineSpace({ a: int(1, 1e6) }))).toThrow('a must have at most 65536 values for a grid');
    expect(() => grid({ resolution: 0 })).toThrow('resolution must be a whole number of at least 1, got 0');
  });
});

describe('quasi-random', () => {
  // Recorded by scripts/golden/study_sobol.py.
  const golden = JSON.parse(readFileSync(new URL('sobol.json', import.meta.url), 'utf8')) as {
    readonly points: Readonly<Record<string, readonly number[]>>;
  };

  it.each(Object.entries(golden.points))(
    "has scipy's Sobol point %s before it is scrambled",
    (index, point) => {
      const words = sobolDirections(sobolDimensions).map((own) => sobolWord(own, Number(index)));
      expect(words.map((word) => word / 4)).toEqual(point);
    },
  );

  it('stays a net when it is scrambled: each elementary interval holds as many points', () => {
    const plain = defineSpace({ a: float(0, 1), b: float(0, 1) });
    const rows = rowsOf(quasiRandom(), plain, 0, 64);
    for (let aBits = 0; aBits <= 6; aBits++) {
      const [width, height] = [2 ** aBits, 2 ** (6 - aBits)];
      const cells = rows.map(([a = 0, b = 0]) => Math.floor(a * width) * height + Math.floor(b * height));
      expect(new Set(cells).size).toBe(64);
    }
  });

  it('scrambles each bit by those before it alone, about half of them', () => {
    const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(word, fc.integer({ min: 1, max: 31 }), word, (one, shared, seed) => {
        const other = (one ^ (1 << (31 - shared))) >>> 0;
        expect(Math.clz32(scrambled(one, seed) ^ scrambled(other, seed))).toBe(shared);
      }),
    );
    for (let bit = 0; bit < 32; bit++) {
      let flips = 0;
      for (let seed = 0; seed < 400; seed++) {
        flips += ((scrambled(0x12345678, Math.imul(seed, 0x9e3779b9)) ^ 0x12345678) >>> bit) & 1;
      }
      // A standard deviation is 10 of 400.
      expect(Math.abs(flips - 200)).toBeLessThan(50);
    }
  });

  it('draws parameters beyond the table at random', () => {
    const many = defineSpace(
      Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`p${i}`, float(0, 1)])),
    );
    const columns = rowsOf(quasiRandom(), many, 0, 256).map((row) => row[69] as number);
    expect(new Set(columns.map((place) => Math.floor(place * 256))).size).toBeLessThan(200);
    expect(Math.abs(columns.reduce((sum, place) => sum + place, 0) / 256 - 0.5)).toBeLessThan(0.08);
  });
});

describe('createSampler', () => {
  it('makes samplers by name', () => {
    const options = { 'population-based': { population: 4 } } as Readonly<Record<string, object>>;
    expect(samplerNames.map((name) => createSampler({ name, ...options[name] }).name)).toEqual(samplerNames);
  });

  it('refuses what it does not know', () => {
    expect(() => createSampler({ name: 'gird' })).toThrow('did you mean grid?');
    expect(() => createSampler({ name: 'grid', resolutions: 3 })).toThrow('did you mean resolution?');
    expect(() => createSampler({ name: 'random', seed: 3 })).toThrow('options of the random sampler');
  });
});
