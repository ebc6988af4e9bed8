import { Readable } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { DataError, UsageError } from '../../core/errors.ts';
import { ColumnBuilder, checkHeader, type Table } from './table.ts';
import type { PartOptions, TablePart } from './table-parts.ts';

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
export async function readCsv(chunks: Chunks, source: string, options: CsvOptions = {}): Promise<Table> {
  for await (const { table } of csvParts(chunks, source, options)) return table;
  throw new DataError({ source }, 'the file has a header but no rows');
}

type Chunks = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/**
 * Reads CSV a few rows at a time.
 * @throws DataError and UsageError as `readCsv`, but not for a table without rows
 */
export async function* csvParts(
  chunks: Chunks,
  source: string,
  { delimiter, header = true, ...options }: CsvOptions & PartOptions = {},
): AsyncGenerator<TablePart> {
  if (delimiter === '')
    throw new UsageError('delimiter must be at least one character, got ""; leave it out to have it found');
  const { rowsAtOnce = Number.POSITIVE_INFINITY } = options;
  const builder = new PartBuilder(source, header, options.kept ?? []);
  for await (const { record, line } of records(chunks, source, delimiter)) {
    builder.add(record, line);
    if (builder.rows === rowsAtOnce) yield builder.take();
  }
  if (!builder.hasColumns)
    throw new DataError({ source }, 'the file is empty; it must have a header and rows');
  if (builder.rows > 0) yield builder.take();
}

/** The fields of each record, and the line of the file that it begins on. */
async function* records(chunks: Chunks, source: string, delimiter: string | undefined) {
  const { first, all } = await firstLine(Readable.from(chunks));
  let twice = 0;
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
  try {
    for await (const record of parser as AsyncIterable<string[]>)
      yield { record, line: lineOf.get(record) ?? 0 };
  } catch (error) {
    throw error instanceof CsvError ? readable(error, source, twice) : error;
  }
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

/** Collects the rows of a part. */
class PartBuilder {
  private names: readonly string[] | undefined;
  private columns: ColumnBuilder[] = [];
  private kept: (readonly [place: number, cells: string[]])[] = [];
  private lines: number[] = [];
  private readonly source: string;
  private readonly hasHeader: boolean;
  private readonly keptNames: readonly string[] | 'all';

  constructor(source: string, hasHeader: boolean, keptNames: readonly string[] | 'all') {
    this.source = source;
    this.hasHeader = hasHeader;
    this.keptNames = keptNames;
  }

  get hasColumns(): boolean {
    return this.names !== undefined;
  }

  get rows(): number {
    return this.lines.length;
  }

  add(record: readonly string[], line: number): void {
    if (!this.names) {
      this.names = this.namesOf(record);
      this.begin(this.names);
      if (this.hasHeader) return;
    }
    const { columns, source } = this;
    if (record.length !== columns.length) {
      throw new DataError(
        { source, line },
        `the row must have ${columns.length} fields as the first line has, got ${record.length}`,
      );
    }
    for (const [place, column] of columns.entries()) column.add(record[place]);
    for (const [place, cells] of this.kept) cells.push(record[place] ?? '');
    this.lines.push(line);
  }

  /** The rows since the last part. */
  take(): TablePart {
    const { source, lines, names = [], kept } = this;
    const columns = this.columns.map((column) => column.finish());
    this.begin(names);
    return {
      table: { source, rows: lines.length, columns, lines: Int32Array.from(lines) },
      names,
      kept: new Map(kept.map(([place, cells]) => [names[place] as string, cells])),
    };
  }

  private namesOf(record: readonly string[]): string[] {
    const names = this.hasHeader ? record.map((name) => name.trim()) : record.map((_, index) => `x${index}`);
    checkHeader(this.source, names);
    return names;
  }

  private begin(names: readonly string[]): void {
    const { keptNames } = this;
    this.columns = names.map((name) => new ColumnBuilder(name));
    this.lines = [];
    const places = names.map((_, place) => place);
    this.kept = places
      .filter((place) => keptNames === 'all' || keptNames.includes(names[place] as string))
      .map((place) => [place, []]);
  }
}
