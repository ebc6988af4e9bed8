import { describe, expect, it } from 'vitest';
import { prepareTable } from '../../../src/data/table/prepare-table.ts';
import { tableFromColumns } from '../../../src/data/table/table.ts';
import { inspectTarget, targetValues } from '../../../src/data/table/target.ts';
import { DataError, UsageError } from '../../../src/index.ts';

describe('inspectTarget', () => {
  const target = (values: (string | number)[], task: 'auto' | 'regression' | 'binary' = 'auto') => {
    const table = tableFromColumns({ y: values });
    return inspectTarget(table, table.columns[0] as (typeof table.columns)[0], task);
  };
  it('finds classes of texts and of few whole numbers, and regressions', () => {
    expect(target(['no', 'yes', 'no'])).toMatchObject({ task: 'binary', labels: ['no', 'yes'] });
    expect(target([10, 9, 2, 10])).toMatchObject({ task: 'multiclass', labels: ['2', '9', '10'] });
    expect(target([0.5, 1, 2])).toMatchObject({ task: 'regression', labels: [] });
    expect(target(Array.from({ length: 30 }, (_, i) => i))).toMatchObject({ task: 'regression' });
    expect(target([1, 2, 3], 'regression')).toMatchObject({ task: 'regression' });
  });

  it('refuses one class, and texts for a regression', () => {
    expect(() => target(['a', 'a'])).toThrow(/at least two classes/);
    expect(() => target(['a', 'b'], 'regression')).toThrow(/numeric target/);
    expect(() => target([1, 2, 3], 'binary')).toThrow(/two classes, got 3/);
  });

  it('gives class indices, and refuses a class it did not see', () => {
    const table = tableFromColumns({ y: ['b', 'a', 'b'] });
    const [column] = table.columns;
    if (!column) throw new Error('no column');
    expect(Array.from(targetValues(table, column, inspectTarget(table, column), [0, 1, 2]))).toEqual([
      1, 0, 1,
    ]);
    const other = tableFromColumns({ y: ['c', 'a', 'a'] });
    expect(() =>
      targetValues(other, other.columns[0] as typeof column, inspectTarget(table, column), [0]),
    ).toThrow(/must be one of a, b, got c/);
  });

  it('takes 20 different whole numbers for classes, and one more for a regression', () => {
    const upTo = (n: number) => Array.from({ length: 2 * n }, (_, i) => i % n);
    expect(target(upTo(20))).toMatchObject({ task: 'multiclass' });
    expect(target(upTo(21))).toMatchObject({ task: 'regression', labels: [] });
  });

  it('orders numbers by value and texts by code unit', () => {
    expect(target([10, -1, 2, 10]).labels).toEqual(['-1', '2', '10']);
    expect(target(['b', 'a', 'Z', 'ä']).labels).toEqual(['Z', 'a', 'b', 'ä']);
  });

  const numbers = Array.from({ length: 20 }, (_, i) => i % 2);
  it.each([
    ['a missing cell', [...numbers, ''], /^table in memory, line 21, column "y": the target is missing/],
    ['infinity', [...numbers, '-inf'], /line 21, column "y": the target must be finite, got -Infinity/],
    ['a text among numbers', [...numbers, 'x'], /line 21, column "y": the target is numeric, got "x"/],
    [
      'a huge number',
      [0.5, 1e39],
      /line 2, column "y": the target is too large for single precision, got 1e\+39/,
    ],
    ['a missing class', ['a', 'b', ''], /line 3, column "y": the target is missing/],
    ['one class', [7, 7, 7], /^table in memory, column "y": .* two classes, got only "7"/],
  ])('refuses %s and says where', (_, values, message) => {
    expect(() => target(values)).toThrow(DataError);
    expect(() => target(values)).toThrow(message);
  });
});

describe('prepareTable', () => {
  const y = Array.from({ length: 40 }, (_, i) => (i % 4 === 0 ? 'yes' : 'no'));
  const table = tableFromColumns({ n: Array.from({ length: 40 }, (_, i) => i), y });

  it('splits classes in equal shares, the same way each time', () => {
    const prepared = prepareTable(table, { target: 'y' });
    const yes = ({ y: values }: { y: Float64Array }) => values.reduce((sum, value) => sum + value, 0);
    expect([prepared.training.rows, prepared.validation.rows]).toEqual([32, 8]);
    expect([yes(prepared.training), yes(prepared.validation)]).toEqual([8, 2]);
    expect(prepareTable(table, { target: 'y' })).toEqual(prepared);
    expect(prepareTable(table, { target: 'y', splitSeed: 1 }).validation.x).not.toEqual(
      prepared.validation.x,
    );
  });

  it('finds the target by name, place, and place from the end', () => {
    for (const place of ['y', 1, '1', -1, '-1'])
      expect(prepareTable(table, { target: place }).target.name).toBe('y');
    const named = tableFromColumns({ '1': y, b: table.columns[0]?.numbers ?? [] });
    expect(prepareTable(named, { target: '1' }).target.name).toBe('1');
  });

  it('drops rows with missing cells and keeps features and targets together', () => {
    const n = Array.from({ length: 40 }, (_, i) => (i % 10 === 3 ? null : i));
    const gappy = tableFromColumns({ n, y: Array.from({ length: 40 }, (_, i) => i + 0.5) });
    const { training, validation, dropped, preprocessor } = prepareTable(gappy, {
      target: 'y',
      missing: 'drop',
    });
    expect(dropped).toBe(4);
    expect(training.rows + validation.rows).toBe(36);
    const { mean, scale } = preprocessor.toJSON().scaler;
    for (const { x, y: targets } of [training, validation]) {
      // The target is the feature plus a half; 10 digits allow for undoing the scaling.
      targets.forEach((value, i) => {
        expect((x.values[i] as number) * (scale[0] as number) + (mean[0] as number)).toBeCloseTo(
          value - 0.5,
          10,
        );
      });
    }
  });

  it.each([
    ['no such target', { target: 'z' }, /no column "z"/],
    ['a place that is not there', { target: 2 }, /column must be a place from 0 to 1, got 2/],
    ['an excluded column that is not there', { target: 'y', exclude: ['m'] }, /no column "m"/],
    ['texts for a regression', { target: 'y', task: 'regression' as const }, /column "y": a regression must/],
  ])('refuses %s', (_, options, message) => {
    expect(() => prepareTable(table, options)).toThrow(DataError);
    expect(() => prepareTable(table, options)).toThrow(message);
  });

  it('refuses a class of one row and names its line', () => {
    const rare = tableFromColumns({ n: [1, 2, 3, 4, 5, 6], y: ['a', 'b', 'rare', 'b', 'a', 'a'] }, 'mem');
    expect(() => prepareTable(rare, { target: 'y' })).toThrow(
      /^mem, line 3, column "y": every class must have at least two rows, got one of "rare"/,
    );
    expect(() => prepareTable(rare, { target: 'y' })).toThrow(DataError);
  });

  it('reports the first mistake of the file, whatever the split', () => {
    const n = Array.from({ length: 40 }, (_, i) => (i > 5 && i % 3 === 0 ? 'inf' : i));
    for (const splitSeed of [1, 2, 3])
      expect(() => prepareTable(tableFromColumns({ n, y }), { target: 'y', splitSeed })).toThrow(
        /line 7, column "n"/,
      );
  });

  it('takes as many rows as a share needs for one of each class', () => {
    const rows = (count: number) =>
      tableFromColumns({ n: n(count), y: n(count).map((i) => 'abc'[i % 3] as string) });
    const n = (count: number) => Array.from({ length: count }, (_, i) => i);
    expect(prepareTable(rows(11), { target: 'y' }).validation.rows).toBe(3);
    expect(() => prepareTable(rows(10), { target: 'y' })).toThrow(/at least 11 rows .* got 10/);
    expect(prepareTable(rows(10), { target: 'y', testSize: 0.3 }).validation.rows).toBe(3);
  });

  it('refuses too few rows, and a size that fits no split', () => {
    expect(() => prepareTable(tableFromColumns({ n: [1, 2], y: ['a', 'b'] }), { target: 'y' })).toThrow(
      /at least 4 rows .* got 2/,
    );
    expect(() => prepareTable(table, { target: 'y', testSize: 1.5 })).toThrow(UsageError);
  });
});
