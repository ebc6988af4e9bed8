import { Readable } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { DataError, UsageError } from '../../core/errors.ts';
import { ColumnBuilder, checkHeader, type Table } from './table.ts';

/** How to read a CSV file. */
export interface CsvOptions {
  /** Between fields. Default: the one of , ; tab | that is most frequent in the first line. */
  readonly delimiter?: string;
  /** Whether the first line names the columns; without it they are x0, x1, ... Default true. */
  readonly header?: boolean;
}

const delimiters = [',', ';', '\t', '|'];

/**
 * Reads CSV as it comes: quoted fields, any line ends, a byte order mark, empty lines.
 *
 * @param chunks the file's text or bytes
 * @param source its name for errors
 * @throws DataError for an empty file, a bad header, a ragged row or an unclosed quote; UsageError for an empty
 * delimiter
 */
export async function readCsv(
  chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  source: string,
  { delimiter, header = true }: CsvOptions = {},
): Promise<Table> {
  if (delimiter === '')
    throw new UsageError('delimiter must be at least one character, got ""; leave it out to have it found');
  const { first, all } = await firstLine(Readable.from(chunks));
  let twice = 0;
  /** The line of the file that a record begins on. */
  const lineOf = new WeakMap<readonly string[], number>();
  const noteLine = (record: string[], { lines }: Info) => {
    lineOf.set(record, lines - twice - count(record, /[\r\n]/g));
    // csv-parse counts \r\n between quotes as two lines.
    twice += count(record, /\r\n/g);
    return record;
  };
  const parser = all.pipe(
    parse({
      bom: true,
      skip_empty_lines: true,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      delimiter: delimiter ?? mostFrequent(first),
      on_record: noteLine,
    }),
  );
  // A pipe does not pass on that reading failed.
  all.on('error', (error) => parser.destroy(error));
  const builder = new TableBuilder(source, header);
  try {
    for await (const record of parser as AsyncIterable<string[]>)
      builder.add(record, lineOf.get(record) ?? 0);
  } catch (error) {
    throw error instanceof CsvError ? readable(error, source, twice) : error;
  }
  return builder.finish();
}

/** Looks at the first line that is not empty, and gives the whole stream back. */
async function firstLine(stream: Readable): Promise<{ first: string; all: Readable }> {
  const decoder = new TextDecoder();
  const iterator = stream[Symbol.asyncIterator]() as AsyncIterator<string | Uint8Array>;
  const seen: (string | Uint8Array)[] = [];
  let first = '';
  while (!first.trimStart().includes('\n')) {
    const { done, value } = await iterator.next();
    if (done) break;
    seen.push(value);
    first += typeof value === 'string' ? value : decoder.decode(value, { stream: true });
  }
  async function* again() {
    yield* seen;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  return { first: first.trimStart().split('\n', 1)[0] ?? '', all: Readable.from(again()) };
}

function mostFrequent(line: string): string {
  const unquoted = line.replace(/"[^"]*"/g, '');
  const counts = delimiters.map((delimiter) => unquoted.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] as string;
}

function count(record: readonly string[], pattern: RegExp): number {
  return record.reduce((sum, field) => sum + (field.match(pattern)?.length ?? 0), 0);
}

function readable(error: CsvError, source: string, twice: number): DataError {
  const { lines } = error as CsvError & { lines?: number };
  const isUnclosed = error.code === 'CSV_QUOTE_NOT_CLOSED';
  const problem = isUnclosed
    ? 'a quoted field is never closed; add the missing "'
    : error.message.replace(/ at line \d+.*/, '');
  return new DataError({ source, ...(lines !== undefined && { line: lines - twice }) }, problem);
}

class TableBuilder {
  private columns: ColumnBuilder[] | undefined;
  private readonly lines: number[] = [];
  private readonly source: string;
  private readonly hasHeader: boolean;

  constructor(source: string, hasHeader: boolean) {
    this.source = source;
    this.hasHeader = hasHeader;
  }

  add(record: readonly string[], line: number): void {
    if (!this.columns) {
      const names = this.hasHeader
        ? record.map((name) => name.trim())
        : record.map((_, index) => `x${index}`);
      checkHeader(this.source, names);
      this.columns = names.map((name) => new ColumnBuilder(name));
      if (this.hasHeader) return;
    }
    const { columns, source } = this;
    if (record.length !== columns.length) {
      throw new DataError(
        { source, line },
        `the row must have ${columns.length} fields as the first line has, got ${record.length}`,
      );
    }
    for (const [index, column] of columns.entries()) column.add(record[index]);
    this.lines.push(line);
  }

  finish(): Table {
    const { source, lines } = this;
    if (!this.columns) throw new DataError({ source }, 'the file is empty; it must have a header and rows');
    if (lines.length === 0) throw new DataError({ source }, 'the file has a header but no rows');
    const columns = this.columns.map((column) => column.finish());
    return { source, rows: lines.length, columns, lines: Int32Array.from(lines) };
  }
}
