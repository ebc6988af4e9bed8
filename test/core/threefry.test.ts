import { describe, expect, it } from 'vitest';
import { threefry, unitInterval, type WordPair } from '../../src/core/threefry.ts';

describe('threefry', () => {
  // Known answers of Random123 for threefry2x32 with 20 rounds.
  const known: [WordPair, WordPair, WordPair][] = [
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x13198a2e, 0x03707344],
      [0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0],
    ],
  ];
  it.each(known)('key %j, counter %j', (key, counter, words) => {
    expect(threefry(key, counter)).toEqual(words);
  });

  it('turns words into [0, 1)', () => {
    expect(unitInterval(0)).toBe(0);
    expect(unitInterval(0xffffffff)).toBeLessThan(1);
    expect(Math.fround(unitInterval(0xffffffff))).toBe(unitInterval(0xffffffff));
  });
});
