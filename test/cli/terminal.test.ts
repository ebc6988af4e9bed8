import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { curves } from '../../src/cli/terminal.ts';

const lines = (...series: { name: string; values: number[] }[]) =>
  stripVTControlCharacters(curves('loss', series)).split('\n').slice(1);
const labelled = (chart: readonly string[], name: string) =>
  Number(
    chart
      .find((line) => line.endsWith(name))
      ?.trim()
      .split(' ')[0],
  );

describe('curves', () => {
  it('are named where they end, so that they are told apart without colours', () => {
    const chart = lines({ name: 'loss', values: [3, 2, 1] }, { name: 'val_loss', values: [3, 2.5, 2] });
    expect(chart).toHaveLength(11);
    expect(labelled(chart, '─ loss')).toBe(1);
    expect(labelled(chart, '─ val_loss')).toBe(2);
    const equal = lines({ name: 'loss', values: [3, 1] }, { name: 'val_loss', values: [2, 1] });
    expect(labelled(equal, '─ loss, val_loss')).toBe(1);
  });

  it('show the value of a constant', () => {
    for (const value of [0.6875, -2, 0, 1e6])
      expect(labelled(lines({ name: 'loss', values: [value, value, value] }), '─ loss')).toBe(value);
  });

  it('leave out what is not finite', () => {
    const chart = lines(
      { name: 'loss', values: [2, Number.POSITIVE_INFINITY, Number.NaN] },
      { name: 'val_loss', values: [Number.NaN, Number.NaN, Number.NaN] },
    );
    expect(labelled(chart, '─ loss')).toBe(2);
    expect(chart.join()).not.toMatch(/val_loss|NaN/);
    expect(lines({ name: 'loss', values: [Number.NaN] })).toEqual(['  no finite values']);
  });
});
