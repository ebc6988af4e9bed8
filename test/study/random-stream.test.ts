import { describe, expect, it } from 'vitest';
import { threefry } from '../../src/core/threefry.ts';
import { purposes, RandomStream } from '../../src/study/random-stream.ts';

const draws = 20_000;

function many(draw: () => number): number[] {
  return Array.from({ length: draws }, draw);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('RandomStream', () => {
  it('takes the words of Threefry in their order', () => {
    const stream = new RandomStream(7, purposes.tpe, 12);
    const words = [0, 1].flatMap((block) => threefry([7, purposes.tpe], [12, block]));
    expect([0, 1, 2, 3].map(() => stream.uniform())).toEqual(words.map((word) => (word + 0.5) / 2 ** 32));
  });

  it('gives other numbers for another seed, purpose or index', () => {
    const streams = [
      new RandomStream(0, purposes.tpe, 0),
      new RandomStream(1, purposes.tpe, 0),
      new RandomStream(0, purposes.gp, 0),
      new RandomStream(0, purposes.tpe, 1),
    ];
    expect(new Set(streams.map((stream) => stream.uniform())).size).toBe(streams.length);
  });

  it('has the moments of a uniform and of a normal distribution', () => {
    const stream = new RandomStream(3, purposes.random, 0);
    const uniform = many(() => stream.uniform());
    const normal = many(() => stream.normal());
    // Five standard errors of each estimate.
    const within = (variance: number) => 5 * Math.sqrt(variance / draws);
    expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan(within(1 / 12));
    expect(Math.abs(mean(normal))).toBeLessThan(within(1));
    expect(Math.abs(mean(normal.map((x) => x ** 2)) - 1)).toBeLessThan(within(2));
    expect(Math.abs(mean(normal.map((x) => x ** 4)) - 3)).toBeLessThan(within(96));
  });

  it('draws every whole number about equally often', () => {
    const stream = new RandomStream(5, purposes.random, 0);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < draws; i++) {
      const value = stream.integer(7);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    const expected = draws / 7;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // The 0.999 quantile of chi-square with 6 degrees of freedom.
    expect(chiSquare).toBeLessThan(22.46);
  });
});
