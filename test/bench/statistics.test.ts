import { describe, expect, it } from 'vitest';
import { epochsToWithin, quartiles } from '../../bench/statistics.ts';

describe('quartiles', () => {
  it('are what numpy.percentile gives, in any order of the values', () => {
    expect(quartiles([4, 1, 3, 2])).toEqual({ lower: 1.75, median: 2.5, upper: 3.25 });
    expect(quartiles([10, 0, 2.5, 7, 1])).toEqual({ lower: 1, median: 2.5, upper: 7 });
  });

  it('of one value are that value', () => {
    expect(quartiles([0.3])).toEqual({ lower: 0.3, median: 0.3, upper: 0.3 });
  });

  it('leave out NaN, and are NaN where nothing is left', () => {
    expect(quartiles([Number.NaN, 1, 2, 3])).toEqual({ lower: 1.5, median: 2, upper: 2.5 });
    expect(quartiles([Number.NaN]).median).toBeNaN();
    expect(quartiles([]).upper).toBeNaN();
  });
});

describe('epochsToWithin', () => {
  it('counts epochs from 1 to the first that is close enough to the best of all', () => {
    expect(epochsToWithin([0.9, 0.6, 0.504, 0.51, 0.5, 0.7], 0.01)).toBe(3);
  });

  it('goes on to the best itself without a margin, and takes the first of equals', () => {
    expect(epochsToWithin([0.9, 0.504, 0.5, 0.5], 0)).toBe(3);
  });

  it('is 1 for a loss that only grows', () => {
    expect(epochsToWithin([0.4, 0.5], 0.01)).toBe(1);
  });

  it('is NaN without a finite best', () => {
    expect(epochsToWithin([], 0.01)).toBeNaN();
    expect(epochsToWithin([0.5, Number.NaN], 0.01)).toBeNaN();
  });
});
