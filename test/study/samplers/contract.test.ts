import { describe, expect, it } from 'vitest';
import { testFunctions } from '../../../bench/test-functions.ts';
import { choice, integer, logReal, real, spaceOf } from '../../../bench/test-spaces.ts';
import type { NamedSpace } from '../../../src/study/minimize.ts';
import type { Observations, Sampler, SamplerState } from '../../../src/study/sampler.ts';
import { cmaes } from '../../../src/study/samplers/cmaes/cmaes.ts';
import { gp } from '../../../src/study/samplers/gp/gp.ts';
import { isActive } from '../../../src/study/samplers/places.ts';
import { tpe } from '../../../src/study/samplers/tpe/tpe.ts';
import { rowsOf } from './observations.ts';

const samplers: Sampler[] = [
  tpe(),
  tpe({ multivariate: false }),
  cmaes(),
  gp({ startup: 6, candidates: 40, most: 20 }),
];

const mixed = spaceOf(
  [real('a', -1, 1), integer('n', 1, 5), logReal('rate', 1e-4, 1), choice('kind', ['p', 'q'])],
  // A third of the space is forbidden.
  (point) => (point[0] as number) + (point[2] as number) < 1.3,
);
const conditional = testFunctions.find(({ name }) => name === 'conditional')?.space as NamedSpace;
const spaces: [string, NamedSpace][] = [
  ['mixed', mixed],
  ['conditional', conditional],
];

/** Values of points without random numbers; some trials are pruned, and some fail. */
function evaluated(space: NamedSpace, points: Float64Array, first: number): Observations {
  const rows = rowsOf(points, space.dimensions.length);
  const isPruned = (i: number) => (first + i) % 5 === 3;
  const hasFailed = (i: number) => (first + i) % 7 === 6;
  return {
    count: rows.length,
    points,
    values: Float64Array.from(rows, (row, i) =>
      hasFailed(i) ? Number.NaN : row.reduce((sum, x) => (Number.isNaN(x) ? sum : sum + (x - 0.4) ** 2), 0),
    ),
    shares: Float64Array.from(rows, (_, i) => (isPruned(i) ? 0.25 : 1)),
  };
}

/** Rounds of different sizes: what was asked and told. */
function play(state: SamplerState, space: NamedSpace, rounds: readonly number[]): Observations[] {
  let first = 0;
  return rounds.map((count) => {
    const told = evaluated(space, state.ask(first, count), first);
    state.tell(told);
    first += count;
    return told;
  });
}

const rounds = [7, 1, 12, 3, 9];
const played = 32;

describe.each(samplers)('sampler $name', (sampler) => {
  describe.each(spaces)('in the space "%s"', (_, space) => {
    const width = space.dimensions.length;

    it('suggests points that are snapped, in bounds, allowed, and NaN just where they are switched off', () => {
      const told = play(sampler.create(space, 1, 5), space, rounds);
      for (const point of told.flatMap(({ points }) => rowsOf(points, width))) {
        expect(space.isAllowed(point)).toBe(true);
        for (const [d, dimension] of space.dimensions.entries()) {
          const place = point[d] as number;
          expect(Number.isNaN(place)).toBe(!isActive(dimension, point));
          if (Number.isNaN(place)) continue;
          expect(dimension.snap(place)).toBe(place);
          expect(place >= 0 && place <= 1).toBe(true);
        }
      }
    });

    it('suggests the same again, asked twice or after the same results were told anew', () => {
      const state = sampler.create(space, 1, 5);
      const told = play(state, space, rounds);
      const next = state.ask(played, 6);
      expect(state.ask(played, 6)).toEqual(next);
      const replayed = sampler.create(space, 1, 5);
      for (const results of told) replayed.tell(results);
      expect(replayed.ask(played, 6)).toEqual(next);
    });

    it('suggests other points for another seed, other indices, and other results', () => {
      const state = sampler.create(space, 1, 5);
      const told = play(state, space, rounds);
      const next = state.ask(played, 6);
      expect(state.ask(played + 6, 6)).not.toEqual(next);
      const other = sampler.create(space, 1, 6);
      const turned = sampler.create(space, 1, 5);
      for (const results of told) {
        other.tell(results);
        turned.tell({ ...results, values: results.values.map((value) => -value) });
      }
      expect(other.ask(played, 6)).not.toEqual(next);
      expect(turned.ask(played, 6)).not.toEqual(next);
    });

    it('does not suggest a point twice in a batch', () => {
      const state = sampler.create(space, 1, 5);
      play(state, space, rounds);
      const points = rowsOf(state.ask(played, 24), width).map((row) => row.join());
      expect(new Set(points).size).toBe(24);
    });
  });
});

describe.each(samplers)('a space that allows nothing, and $name', (sampler) => {
  it('is an error that says so', () => {
    const nothing = spaceOf([real('a', 0, 1)], () => false);
    expect(() => sampler.create(nothing, 1, 0).ask(0, 1)).toThrow('constraints must allow');
  });
});

describe('several objectives', () => {
  it.each([cmaes(), gp()])('are refused by $name', (sampler) => {
    expect(() => sampler.create(mixed, 2, 0)).toThrow('must have one objective, got 2; use the sampler tpe');
  });
});

describe('options', () => {
  it.each([
    [() => tpe({ gamma: 1 }), 'gamma must be a finite number above 0 and below 1, got 1'],
    [() => tpe({ starup: 3 } as object), 'did you mean startup?'],
    [() => cmaes({ sigma: 0 }), 'sigma must be a finite number above 0 and at most 1, got 0'],
    [() => gp({ most: 1 }), 'most must be a whole number of at least 2, got 1'],
  ])('that break a rule are refused %#', (make, message) => {
    expect(make).toThrow(message);
  });
});
