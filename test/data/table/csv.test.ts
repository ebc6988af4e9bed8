import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../../src/data/table/csv.ts';
import { type Column, cellText, isCategorical } from '../../../src/data/table/table.ts';

const read = (text: string, options = {}) => readCsv([text], 'test.csv', options);
const cells = (column: Column | undefined) =>
  column ? Array.from(column.numbers, (_, row) => cellText(column, row)) : [];

describe('readCsv', () => {
  it('reads quoted fields, line breaks in them, escaped quotes, and knows each row’s line', async () => {
    const table = await read('name,n\r\n"a, b",1\r\n"two\nlines",2\r\n"say ""hi""",3\r\n');
    expect(cells(table.columns[0])).toEqual(['a, b', 'two\nlines', 'say "hi"']);
    expect(Array.from(table.lines ?? [])).toEqual([2, 3, 5]);
  });

  it.each([[','], [';'], ['\t'], ['|']])('finds the delimiter %j', async (delimiter) => {
    const table = await read(['a,b,c', '1,2,3'].join('\n').replaceAll(',', delimiter));
    expect(table.columns.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('skips a byte order mark and empty lines', async () => {
    const table = await read('\ufeffa,b\n\n1,2\n\n3,4\n\n');
    expect(table.columns[0]?.name).toBe('a');
    expect(table.rows).toBe(2);
  });

  it('reads bytes in any pieces', async () => {
    const bytes = new TextEncoder().encode('größe,ok\n1.5,ja\n2.5,nein\n');
    const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte));
    const table = await readCsv(pieces, 'bytes');
    expect(table.columns.map(({ name }) => name)).toEqual(['größe', 'ok']);
    expect(Array.from(table.columns[0]?.numbers ?? [])).toEqual([1.5, 2.5]);
  });

  it('names columns by their place without a header', async () => {
    const table = await read('1,2\n3,4\n', { header: false });
    expect(table.columns.map(({ name }) => name)).toEqual(['x0', 'x1']);
    expect(table.rows).toBe(2);
  });

  it('takes the usual words for a missing cell', async () => {
    const table = await read('a,b\n,1\nNA,1\nnan,1\nNULL,1\nNone,1\n?,1\n7,1\n');
    expect(cells(table.columns[0])).toEqual([...new Array(6).fill(undefined), '7']);
  });

  it('tells categories from mistakes by their share', async () => {
    const many = await read(
      `a,b\n${Array.from({ length: 20 }, (_, i) => `${i < 3 ? 'x' : i},1`).join('\n')}\n`,
    );
    const few = await read(
      `a,b\n${Array.from({ length: 20 }, (_, i) => `${i < 1 ? 'x' : i},1`).join('\n')}\n`,
    );
    expect(isCategorical(many.columns[0] as Column)).toBe(true);
    expect(isCategorical(few.columns[0] as Column)).toBe(false);
  });

  it('gives back what was written, whatever the texts', async () => {
    const text = fc
      .string({ minLength: 1 })
      .filter(
        (s) =>
          s.trim() === s &&
          /[a-z]/.test(s) &&
          !/^(na|nan|null|none|n\/a|[+-]?inf(inity)?)$/i.test(s) &&
          Number.isNaN(Number(s)),
      );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), async (texts) => {
        const quoted = texts.map((cell) => `"${cell.replaceAll('"', '""')}",1`).join('\n');
        const table = await read(`a,b\n${quoted}\n`);
        expect(cells(table.columns[0])).toEqual(texts);
      }),
    );
  });

  it('reads 50,000 rows within a second or two', async () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `${i},${i / 3},${i % 2}`);
    expect((await read(`a,b,c\n${lines.join('\n')}\n`)).rows).toBe(50_000);
  });
});
