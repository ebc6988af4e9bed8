import { readdirSync } from 'node:fs';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { readParquet } from '../../../src/data/table/parquet.ts';
import { readTableFile } from '../../../src/data/table/read-table-file.ts';
import { cellText, findColumn } from '../../../src/data/table/table.ts';

const folder = new URL('../../fixtures/tables/', import.meta.url);

describe('readParquet', () => {
  // Written by pyarrow with each of its codecs: the same table with missing cells.
  it.each(readdirSync(folder).filter((name) => name.endsWith('.parquet')))(
    'reads %s of pyarrow',
    async (name) => {
      const table = await readTableFile(new URL(name, folder).pathname);
      expect(table.rows).toBe(6);
      expect(Array.from(findColumn(table, 'x').numbers)).toEqual([0.5, 1.5, Number.NaN, 3.5, 4.5, 5.5]);
      expect(Array.from(findColumn(table, 'big').numbers)).toEqual([1, 2, 3, 4, 5, 2 ** 40]);
      expect(Array.from(findColumn(table, 'flag').numbers)).toEqual([1, 0, 1, 0, 1, 0]);
      const word = findColumn(table, 'word');
      expect(Array.from({ length: 6 }, (_, row) => cellText(word, row))).toEqual([
        'a',
        'b',
        undefined,
        'a',
        'c',
        'ü',
      ]);
    },
  );

  it('reads what hyparquet-writer writes', async () => {
    const file = parquetWriteBuffer({ columnData: [{ name: 'n', data: [1, 2, 3], type: 'DOUBLE' }] });
    expect(Array.from((await readParquet(file, 'memory')).columns[0]?.numbers ?? [])).toEqual([1, 2, 3]);
  });

  it('reads every kind of column that a table can hold, snappy by default', async () => {
    const columnData = [
      { name: 'whole', data: [1, -2, 3], type: 'INT32' as const },
      { name: 'big', data: [1n, 2n ** 40n, -3n], type: 'INT64' as const },
      { name: 'half', data: [0.5, null, 1.5], type: 'DOUBLE' as const },
      { name: 'flag', data: [true, false, true], type: 'BOOLEAN' as const },
      { name: 'word', data: ['x, "y"', '', 'ü'], type: 'STRING' as const },
    ];
    const table = await readParquet(parquetWriteBuffer({ columnData }), 'memory');
    const numbers = (name: string) => Array.from(findColumn(table, name).numbers);
    expect(table).toMatchObject({ source: 'memory', rows: 3 });
    expect(numbers('whole')).toEqual([1, -2, 3]);
    expect(numbers('big')).toEqual([1, 2 ** 40, -3]);
    expect(numbers('half')).toEqual([0.5, Number.NaN, 1.5]);
    expect(numbers('flag')).toEqual([1, 0, 1]);
    const word = findColumn(table, 'word');
    expect([0, 1, 2].map((row) => cellText(word, row))).toEqual(['x, "y"', undefined, 'ü']);
  });

  it('keeps the rows in order over several row groups', async () => {
    const data = Array.from({ length: 2500 }, (_, i) => i / 7);
    const file = parquetWriteBuffer({
      columnData: [{ name: 'n', data, type: 'DOUBLE' }],
      rowGroupSize: 1000,
    });
    expect(Array.from((await readParquet(file, 'memory')).columns[0]?.numbers ?? [])).toEqual(data);
  });

  it('refuses a table without rows', async () => {
    const file = parquetWriteBuffer({ columnData: [{ name: 'n', data: [], type: 'DOUBLE' }] });
    await expect(readParquet(file, 'empty.parquet')).rejects.toThrow(
      'empty.parquet: the file has columns but no rows',
    );
  });

  it('names the row of a cell that it cannot hold', async () => {
    const columnData = [{ name: 'day', data: [null, new Date(0)], type: 'TIMESTAMP' as const }];
    await expect(readParquet(parquetWriteBuffer({ columnData }), 'days')).rejects.toThrow(
      /^days, line 2, column "day": the column must hold numbers, booleans or texts; convert dates/,
    );
  });

  it('refuses a torn file, and columns of dates', async () => {
    const file = parquetWriteBuffer({ columnData: [{ name: 'n', data: [1, 2, 3], type: 'DOUBLE' }] });
    await expect(readParquet(file.slice(0, file.byteLength - 20), 'torn')).rejects.toThrow(
      /torn: this is no Parquet file/,
    );
    const dates = parquetWriteBuffer({
      columnData: [{ name: 'day', data: [new Date()], type: 'TIMESTAMP' }],
    });
    await expect(readParquet(dates, 'dates')).rejects.toThrow(/column "day": the column must hold numbers/);
  });
});
