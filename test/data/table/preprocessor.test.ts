import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Preprocessor } from '../../../src/data/table/preprocessor.ts';
import { tableFromColumns } from '../../../src/data/table/table.ts';
import { DataError, UsageError } from '../../../src/index.ts';

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

  it('learns nothing from rows outside the training part', () => {
    const fit = (n: number, c: string, missing: 'median' | 'mean' | 'drop') =>
      Preprocessor.fit(tableFromColumns({ n: [1, null, 3, n], c: ['a', 'b', 'a', c] }), [0, 1, 2], {
        missing,
      });
    for (const missing of ['median', 'mean', 'drop'] as const) {
      expect(fit(1e12, 'new', missing).toJSON()).toEqual(fit(-5, 'b', missing).toJSON());
    }
  });

  it('fills in what it learned, before scaling', () => {
    const fitted = Preprocessor.fit(gaps, [0, 1, 2, 3], { missing: 'median', features: ['n', 'c'] });
    const { values } = fitted.transform(gaps, [1, 2]).x;
    // Filled with the median 3, row 1 must equal row 2, which holds 3; row 2 gets the most frequent category a.
    expect(values[0]).toBe(values[3]);
    expect(Array.from(values.slice(4))).toEqual([1, 0]);
  });

  it('takes the mean of the middle two for an even count, and the first of equally frequent categories', () => {
    const table = tableFromColumns({ n: [10, 1, 2, 4, null], c: ['b', 'a', 'b', 'a', null] });
    const { columns } = Preprocessor.fit(table, [0, 1, 2, 3], { missing: 'median' }).toJSON();
    expect(columns).toMatchObject([{ fill: 3 }, { fill: 'a' }]);
  });

  it('counts numbers in a column of categories as categories', () => {
    const table = tableFromColumns({ floor: ['ground', 1, 2, 'ground'] });
    expect(Preprocessor.fit(table, [0, 1, 2, 3]).featureNames).toEqual([
      'floor=1',
      'floor=2',
      'floor=ground',
    ]);
  });

  it('only shifts a constant column, however large its value', () => {
    const table = tableFromColumns({ n: [1e300, 1e300, 1e300] });
    expect(Array.from(Preprocessor.fit(table, [0, 1, 2]).transform(table).x.values)).toEqual([0, 0, 0]);
  });

  const many = (cells: (string | number | null)[]) =>
    tableFromColumns({ n: [...Array.from({ length: 20 }, (_, i) => i), ...cells] }, 'mem');
  it.each([
    [
      'a text among numbers',
      'x1',
      /^mem, line 21, column "n": the column is numeric, got "x1"; correct the cell/,
    ],
    [
      'infinity',
      Number.POSITIVE_INFINITY,
      /^mem, line 21, column "n": the number must be finite, got Infinity/,
    ],
    [
      'minus infinity as a text',
      '-inf',
      /^mem, line 21, column "n": the number must be finite, got -Infinity/,
    ],
    [
      'a missing cell',
      null,
      /^mem, line 21, column "n": the cell is missing; .* --missing median, mean or drop/,
    ],
  ])('refuses %s, in training rows and later ones', (_, cell, message) => {
    const [table, known] = [many([cell]), Array.from({ length: 20 }, (_, i) => i)];
    expect(() => Preprocessor.fit(table, [...known, 20])).toThrow(message);
    expect(() => Preprocessor.fit(table, known).transform(table)).toThrow(message);
  });

  it('names line and column of a missing category', () => {
    const table = tableFromColumns({ c: ['a', 'b', ''] }, 'mem');
    expect(() => Preprocessor.fit(table, [0, 1, 2])).toThrow(/^mem, line 3, column "c": the cell is missing/);
  });

  it('refuses what leaves nothing to learn from', () => {
    const table = tableFromColumns({ n: [null, null, 1], m: [1, 2, 3] }, 'mem');
    expect(() => Preprocessor.fit(table, [0, 1], { missing: 'mean' })).toThrow(
      /^mem, column "n": the column has no value in the training rows; exclude it/,
    );
    expect(() => Preprocessor.fit(table, [0, 1], { missing: 'drop' })).toThrow(
      /^mem: no row is left after dropping/,
    );
    expect(() => Preprocessor.fit(table, [0], { exclude: ['n', 'm'] })).toThrow(/^mem: no column is left/);
    expect(() => Preprocessor.fit(table, [0], { features: ['nn'] })).toThrow(
      /no column "nn"; did you mean "n"\?/,
    );
  });

  it('finds its columns by name in another table, and says which is not there', () => {
    const fitted = Preprocessor.fit(mixed, training);
    const { same, size } = { same: [5], size: [2] };
    const fresh = tableFromColumns({ same, colour: ['red'], extra: [1], size });
    expect(fitted.transform(fresh).x).toEqual(
      fitted.transform(tableFromColumns({ size, colour: ['red'], same })).x,
    );
    expect(() => fitted.transform(tableFromColumns({ size, same }))).toThrow(/no column "colour"/);
  });

  it('refuses data of another schema', () => {
    const data = { ...Preprocessor.fit(mixed, training).toJSON(), schemaVersion: 2 };
    expect(() => Preprocessor.fromJSON(JSON.parse(JSON.stringify(data)))).toThrow(UsageError);
  });
});
