import { describe, expect, it } from 'vitest';
import { compareArrays, compareUntouched, exhausted } from '../../src/verify/check-result.ts';

describe('compareArrays', () => {
  it('measures against the wanted number and the typical size', () => {
    // Root mean square of 3 and 4 is 3.5355; the second element is off by 0.1.
    expect(compareArrays('a', [3, 4.1], [3, 4]).deviation).toBeCloseTo(0.1 / (4 + Math.sqrt(12.5)), 12);
  });

  it('does not let large numbers that a call left alone hide a wrong one', () => {
    const [before, want, got] = [
      [1000, 5],
      [1000, 1],
      [1000, 1.1],
    ];
    expect(compareArrays('a', got, want).deviation).toBeLessThan(1e-3);
    expect(compareArrays('a', got, want, before).deviation).toBeCloseTo(0.05, 12);
  });

  it('counts no size as smaller than the least', () => {
    expect(compareArrays('slope', [0], [1e-9], [0.5], 1).deviation).toBeLessThan(1e-8);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('finds %d infinitely wrong, and says where', (value) => {
    const { deviation, where } = compareArrays('a', [1, value], [1, 2]);
    expect(deviation).toBe(Number.POSITIVE_INFINITY);
    expect(where).toContain('a[1]');
  });

  it('finds a missing result wrong', () => {
    expect(compareArrays('a', [], [1]).deviation).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('compareUntouched', () => {
  it('refuses the smallest change of what the reference leaves alone', () => {
    const { deviation } = compareUntouched('a', [1, 2 + Number.EPSILON * 2], [5, 2], [1, 2]);
    expect(deviation).toBe(Number.POSITIVE_INFINITY);
  });

  it('leaves what the reference changes to the comparison', () => {
    expect(compareUntouched('a', [7, 2], [5, 2], [1, 2]).deviation).toBe(0);
  });
});

it('what deviates where nothing may exhausts its tolerance infinitely', () => {
  const check = { name: 'a', ok: false, where: '' };
  expect(exhausted({ ...check, deviation: 1, tolerance: 0 })).toBe(Number.POSITIVE_INFINITY);
  expect(exhausted({ ...check, deviation: 0, tolerance: 0 })).toBe(0);
});
