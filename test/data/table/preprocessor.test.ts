import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Preprocessor } from '../../../src/data/table/preprocessor.ts';
import { tableFromColumns } from '../../../src/data/table/table.ts';
import { inspectTarget, targetValues } from '../../../src/data/table/target.ts';
import { DataError } from '../../../src/index.ts';

const mixed = tableFromColumns({
  size: [1, 2, 3, 100],
  colour: ['red', 'green', 'red', 'blue'],
  same: [5, 5, 5, 5],
});
const training = [0, 1, 2];

describe('Preprocessor', () => {
  it('learns from the training rows alone', () => {
    const fitted = Preprocessor.fit(mixed, training, { exclude: ['colour'] });
    const { x } = fitted.transform(mixed);
    // Mean 2, population deviation sqrt(2/3); the constant column is only shifted.
    expect(x.values[0]).toBeCloseTo(-1 / Math.sqrt(2 / 3), 12);
    expect(x.values[6]).toBeCloseTo(98 / Math.sqrt(2 / 3), 10);
    expect([x.values[1], x.values[7]]).toEqual([0, 0]);
  });

  it('turns categories into columns of 0 and 1', () => {
    const fitted = Preprocessor.fit(mixed, training, { features: ['colour'] });
    expect(fitted.featureNames).toEqual(['colour=green', 'colour=red']);
    expect(Array.from(fitted.transform(mixed, [0, 1]).x.values)).toEqual([0, 1, 1, 0]);
    expect(() => fitted.transform(mixed, [3])).toThrow(
      /line 4, column "colour": the category "blue" does not occur/,
    );
  });

  const gaps = tableFromColumns({ n: [1, null, 3, 8, 100], c: ['a', 'b', '', 'a', 'b'] });
  it.each([
    ['median', 3],
    ['mean', 4],
  ] as const)('fills missing cells with the %s of the training rows', (missing, fill) => {
    const fitted = Preprocessor.fit(gaps, [0, 1, 2, 3], { missing });
    const data = fitted.toJSON();
    expect(data.columns).toMatchObject([{ fill }, { fill: 'a', categories: ['a', 'b'] }]);
  });

  it('drops rows with missing cells, or refuses them', () => {
    const fitted = Preprocessor.fit(gaps, [0, 1, 2, 3], { missing: 'drop' });
    expect(Array.from(fitted.transform(gaps).rows)).toEqual([0, 3, 4]);
    expect(() => Preprocessor.fit(gaps, [0, 1])).toThrow(DataError);
    expect(() => Preprocessor.fit(gaps, [0, 1])).toThrow(/line 2, column "n": the cell is missing/);
  });

  it('refuses values too large to standardise', () => {
    const huge = tableFromColumns({ n: [1e308, -1e308, 1e308] });
    expect(() => Preprocessor.fit(huge, [0, 1, 2])).toThrow(/column "n": the values are too large/);
  });

  it('is the same after a round through JSON', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), fc.constantFrom('a', 'b', 'c')), {
          minLength: 2,
        }),
        (rows) => {
          const table = tableFromColumns({ n: rows.map(([n]) => n), c: rows.map(([, c]) => c) });
          const fitted = Preprocessor.fit(
            table,
            rows.map((_, i) => i),
          );
          const again = Preprocessor.fromJSON(JSON.parse(JSON.stringify(fitted)));
          expect(again.featureNames).toEqual(fitted.featureNames);
          expect(again.transform(table).x).toEqual(fitted.transform(table).x);
        },
      ),
    );
  });
});

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
});
