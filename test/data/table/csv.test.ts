import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError, UsageError } from '../../../src/core/errors.ts';
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

  it('takes a single text among few numbers for a mistake', async () => {
    const table = await read('a,b\n1,x\nabc,\n3,\n');
    expect(table.columns.map(isCategorical)).toEqual([false, true]);
  });

  it('takes a column for one of categories however many of its cells are missing', async () => {
    const table = await read(
      `a,b\n${Array.from({ length: 40 }, (_, i) => `${i === 7 ? 'x' : ''},1`).join('\n')}\n`,
    );
    expect(table.columns.map(isCategorical)).toEqual([true, false]);
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

  it.each([
    ['\n', [2, 4, 6]],
    ['\r\n', [2, 4, 6]],
    ['\r', [2, 4, 6]],
  ])('counts lines that end in %j, also between quotes and after empty lines', async (end, lines) => {
    const text = ['a,b', '"x', 'y",1', '"z",2', '', '"w",3'].join(end);
    expect(Array.from((await read(text, { delimiter: ',' })).lines ?? [])).toEqual(lines);
  });

  it('counts lines whose ends are mixed, whatever pieces the bytes come in', async () => {
    const bytes = new TextEncoder().encode('a,b\r\n"x\r\ny",1\n\r\n"z\nw",2\r\n7,3');
    for (const size of [1, 2, 3, 5, 100]) {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size));
      const table = await readCsv(pieces, 'bytes');
      expect(cells(table.columns[0])).toEqual(['x\r\ny', 'z\nw', '7']);
      expect(Array.from(table.lines ?? [])).toEqual([2, 5, 7]);
    }
  });

  it('finds the delimiter past empty lines and delimiters between quotes', async () => {
    const table = await read('\n\r\n"a,b,c,d";e\n1;2\n');
    expect(table.columns.map(({ name }) => name)).toEqual(['a,b,c,d', 'e']);
    expect(Array.from(table.lines ?? [])).toEqual([4]);
  });

  it('takes the delimiter that it is told, also one of several characters', async () => {
    const table = await read('a,b::c\n1::2\n', { delimiter: '::' });
    expect(table.columns.map(({ name }) => name)).toEqual(['a,b', 'c']);
  });

  it('trims names and cells', async () => {
    const table = await read(' a , b\n 1 , x \n');
    expect(table.columns.map((column) => [column.name, ...cells(column)])).toEqual([
      ['a', '1'],
      ['b', 'x'],
    ]);
  });

  it('reads signed and written-out infinity, and numbers with exponents', async () => {
    const table = await read('a\n-inf\n+Infinity\nINF\n-1.5e-3\n1e308\n');
    const [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    expect(Array.from(table.columns[0]?.numbers ?? [])).toEqual([low, high, high, -0.0015, 1e308]);
  });

  it.each([
    ['nothing', '', {}, /^test\.csv: the file is empty/],
    ['line ends alone', '\n\r\n\n', {}, /^test\.csv: the file is empty/],
    ['a header alone', 'a,b\n', {}, /^test\.csv: the file has a header but no rows/],
    ['a short row', 'a,b\n1,2\n\n3\n', {}, /^test\.csv, line 4: the row must have 2 fields .* got 1/],
    ['a long row', 'a,b\n"1\n",2\n1,2,3\n', {}, /^test\.csv, line 4: the row must have 2 fields .* got 3/],
    [
      'a ragged row without a header',
      '1,2\n3\n',
      { header: false },
      /^test\.csv, line 2: .* 2 fields .* got 1/,
    ],
    [
      'a name twice',
      'a,b, a\n1,2,3\n',
      {},
      /line 1, column 3: the header has "a" twice \(also in column 1\)/,
    ],
    ['a name that is blank', 'a, \n1,2\n', {}, /^test\.csv, line 1, column 2: the header has no name here/],
    ['a quote within a field', 'a,b\n"1\r\n",2\nx"y,3\n', {}, /^test\.csv, line 4: Invalid Opening Quote/],
    ['a quote that is not closed', 'a,b\n1,"2\n', {}, /^test\.csv, line \d+: a quoted field is never closed/],
  ])('refuses %s and says where', async (_, text, options, message) => {
    const error = await read(text, options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).message).toMatch(message);
  });

  it('refuses an empty delimiter as a mistake of the caller', async () => {
    await expect(read('a,b\n1,2\n', { delimiter: '' })).rejects.toThrow(UsageError);
  });

  it('passes on that reading failed', async () => {
    async function* torn() {
      yield 'a,b\n1,2\n';
      throw new Error('the disk is gone');
    }
    await expect(readCsv(torn(), 'torn.csv')).rejects.toThrow('the disk is gone');
  });

  it('reads 50,000 rows within a second or two', async () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `${i},${i / 3},${i % 2}`);
    expect((await read(`a,b,c\n${lines.join('\n')}\n`)).rows).toBe(50_000);
  });
});
