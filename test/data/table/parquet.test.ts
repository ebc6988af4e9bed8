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
