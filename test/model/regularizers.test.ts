import { describe, expect, it } from 'vitest';
import { l1, l1l2, l2, l2FromAlpha, l2FromLambda, noPenalty } from '../../src/model/regularizers.ts';

describe('penalties', () => {
  it("have Keras's defaults", () => {
    expect(l1()).toEqual({ l1: 0.01, l2: 0 });
    expect(l2()).toEqual({ l1: 0, l2: 0.01 });
    expect(l1l2({})).toEqual(noPenalty);
    expect(l1l2({ l1: 0.1, l2: 0.2 })).toEqual({ l1: 0.1, l2: 0.2 });
  });

  it.each([-1e-9, Number.NaN, Number.POSITIVE_INFINITY])('refuse a strength of %s', (strength) => {
    expect(() => l2(strength)).toThrow('l2 must be a finite number at least 0');
    expect(() => l1(strength)).toThrow('l1 must be a finite number at least 0');
  });

  it('refuse misspelt options', () => {
    expect(() => l1l2({ L2: 0.1 } as never)).toThrow('did you mean l2?');
  });
});

describe('conversions', () => {
  it('give the same penalty as the other form', () => {
    const weights = [0.5, -2, 3];
    const squares = weights.reduce((sum, w) => sum + w * w, 0);
    expect(l2FromLambda(0.3, 800).l2 * squares).toBeCloseTo((0.3 / (2 * 800)) * squares, 15);
    expect(l2FromAlpha(0.01, 32).l2 * squares).toBeCloseTo((0.01 / (2 * 32)) * squares, 15);
  });

  it('name what is out of range', () => {
    expect(() => l2FromLambda(-1, 10)).toThrow('lambda must be');
    expect(() => l2FromLambda(1, 0)).toThrow('rows must be');
    expect(() => l2FromAlpha(1, 0.5)).toThrow('batchSize must be');
  });
});
