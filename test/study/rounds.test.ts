import { describe, expect, it } from 'vitest';
import { roundEnd } from '../../src/study/rounds.ts';

/** Numbers of trials of the first rounds, the study being cut off and extended at the given numbers of trials. */
function rounds(size: number, grow: boolean, trials: number, cuts: readonly number[] = []): number[] {
  const sizes: number[] = [];
  for (const limit of [...cuts, trials]) {
    for (let first = sizes.reduce((sum, count) => sum + count, 0); first < limit; ) {
      const count = Math.min(roundEnd(first, { size, overlap: true, grow }), limit) - first;
      sizes.push(count);
      first += count;
    }
  }
  return sizes;
}

describe('rounds', () => {
  it('are of one size, or grow to it', () => {
    expect(rounds(64, false, 200)).toEqual([64, 64, 64, 8]);
    expect(rounds(64, true, 200)).toEqual([4, 4, 8, 16, 32, 64, 64, 8]);
    expect(rounds(1024, true, 3000)).toEqual([64, 64, 128, 256, 512, 1024, 952]);
  });

  it('are never so small that the device idles', () => {
    expect(rounds(18, true, 40)).toEqual([4, 5, 9, 18, 4]);
    expect(rounds(8, true, 20)).toEqual([4, 4, 8, 4]);
    expect(rounds(1, true, 3)).toEqual([1, 1, 1]);
  });

  it('that an earlier limit cut short are made up for', () => {
    expect(rounds(64, true, 80, [5, 20])).toEqual([4, 1, 3, 8, 4, 12, 32, 16]);
    expect(rounds(64, false, 130, [100])).toEqual([64, 36, 28, 2]);
  });
});
