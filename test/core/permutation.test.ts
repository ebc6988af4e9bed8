import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochPermutation, permute } from '../../src/core/permutation.ts';

const order = (seed: number, epoch: number, size: number) => {
  const permutation = epochPermutation(seed, epoch, size);
  return Array.from({ length: size }, (_, i) => permute(permutation, i));
};

describe('permute', () => {
  it('visits every index once', () => {
    fc.assert(
      fc.property(
        fc.nat(0xffffffff),
        fc.nat(10_000),
        fc.integer({ min: 1, max: 3000 }),
        (seed, epoch, size) => {
          expect(order(seed, epoch, size).toSorted((a, b) => a - b)).toEqual(
            Array.from({ length: size }, (_, i) => i),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  it('differs from epoch to epoch and from seed to seed', () => {
    expect(order(1, 0, 100)).not.toEqual(order(1, 1, 100));
    expect(order(1, 0, 100)).not.toEqual(order(2, 0, 100));
  });

  it.each([3, 5, 16, 50])('sends each of %i indices everywhere equally often', (size) => {
    const draws = 4000;
    const counts = new Float64Array(size * size);
    for (let seed = 0; seed < draws; seed++) {
      order(seed * 2654435761, seed % 100, size).forEach((place, i) => {
        counts[i * size + place] = (counts[i * size + place] as number) + 1;
      });
    }
    const expected = draws / size;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    const freedom = (size - 1) ** 2;
    // Five standard deviations of a chi-square: one run in millions is beyond it by chance.
    expect(chiSquare).toBeLessThan(freedom + 5 * Math.sqrt(2 * freedom));
  });
});
