import { closest } from '../../core/check.ts';
import { DataError, UsageError } from '../../core/errors.ts';

/**
 * A column of a table. Numbers are doubles, NaN where the cell is missing. Texts are kept by row where a column has
 * any; a column whose texts are few is numeric with mistakes in it, which are reported when the column is used.
 */
export interface Column {
  readonly name: string;
  readonly numbers: Float64Array;
  /** The cells that are no numbers, by row. */
  readonly texts: ReadonlyMap<number, string>;
}

/** Named columns of equal length. */
export interface Table {
  /** The file's path, or a name for data in memory. */
  readonly source: string;
  readonly rows: number;
  readonly columns: readonly Column[];
  /** The line of the file where each row begins, counted from 1; absent for data in memory. */
  readonly lines?: Int32Array;
}

/** The places of all rows, in order. */
export function allRows({ rows }: Table): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row);
}

/** At least this share of texts among its cells makes a column one of categories. */
const categoricalShare = 0.1;

/**
 * Whether a column holds categories; missing cells do not count. Below 10 % of texts, or with a single text among
 * numbers, it is numeric, and the texts are mistakes.
 */
export function isCategorical({ numbers, texts }: Column): boolean {
  const found = numbers.reduce((count, number) => count + (Number.isNaN(number) ? 0 : 1), 0);
  const isMistake = texts.size === 1 && found > 0;
  return texts.size > 0 && !isMistake && texts.size >= categoricalShare * (found + texts.size);
}

/** The text of a cell; undefined where it is missing. */
export function cellText({ numbers, texts }: Column, row: number): string | undefined {
  const text = texts.get(row);
  if (text !== undefined) return text;
  const number = numbers[row] as number;
  return Number.isNaN(number) ? undefined : String(number);
}

/** Where a cell is, for an error. */
export function placeOf(
  table: Table,
  column: Column | undefined,
  row?: number,
): ConstructorParameters<typeof DataError>[0] {
  const line = row === undefined ? undefined : (table.lines?.[row] ?? row + 1);
  return {
    source: table.source,
    ...(line !== undefined && { line }),
    ...(column && { column: column.name }),
  };
}

/** Finds a column by name, or by its place counted from 0. @throws DataError that guesses which was meant */
export function findColumn(table: Table, column: string | number): Column {
  const names = table.columns.map(({ name }) => name);
  const found =
    typeof column === 'string' ? table.columns.find(({ name }) => name === column) : table.columns.at(column);
  if (found && (typeof column === 'string' || Math.abs(column) < names.length || column === -names.length))
    return found;
  if (typeof column === 'number') {
    throw new DataError(
      { source: table.source },
      `column must be a place from 0 to ${names.length - 1}, got ${column}`,
    );
  }
  const guess = closest(column, names);
  const hint = guess ? `did you mean "${guess}"?` : `the columns are ${names.join(', ')}`;
  throw new DataError({ source: table.source }, `there is no column "${column}"; ${hint}`);
}

/**
 * Checks that a table has all columns that a model needs; others do not matter, nor does their order.
 * @throws DataError that names all that are missing, and what they may be called
 */
export function checkColumns(source: string, names: readonly string[], needed: readonly string[]): void {
  const missing = needed.filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  const shown = missing.slice(0, 10).map((name) => {
    const guess = closest(name, names);
    return guess === undefined ? `"${name}"` : `"${name}" (did you mean "${guess}"?)`;
  });
  const more = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : '';
  const hasNoHeader = missing.length === needed.length && needed.every((name) => /^x\d+$/.test(name));
  const remedy = hasNoHeader ? '; a file without a header is read with --no-header' : '';
  throw new DataError(
    { source },
    `the table must have the ${needed.length} columns that the model needs; there is no column ${shown.join(', ')}${more}${remedy}`,
  );
}

const missingTokens = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '?']);
const infinity = /^[+-]?inf(inity)?$/i;

/** Collects the cells of one column. */
export class ColumnBuilder {
  private numbers = new Float64Array(64);
  private readonly texts = new Map<number, string>();
  private length = 0;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  /** Adds a cell: a number, a text that may be one, or nothing. */
  add(cell: string | number | null | undefined): void {
    if (this.length === this.numbers.length) this.grow();
    this.numbers[this.length] = typeof cell === 'number' ? cell : this.parse(cell ?? '');
    this.length++;
  }

  private parse(cell: string): number {
    const text = cell.trim();
    if (missingTokens.has(text.toLowerCase())) return Number.NaN;
    if (infinity.test(text))
      return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    const number = Number(text);
    if (Number.isNaN(number)) this.texts.set(this.length, text);
    return number;
  }

  private grow(): void {
    const larger = new Float64Array(2 * this.numbers.length);
    larger.set(this.numbers);
    this.numbers = larger;
  }

  finish(): Column {
    return { name: this.name, numbers: this.numbers.slice(0, this.length), texts: this.texts };
  }
}

/** Checks a header. @throws DataError for a name that is empty or stands twice */
export function checkHeader(source: string, names: readonly string[]): void {
  names.forEach((name, index) => {
    if (name === '')
      throw new DataError(
        { source, line: 1, column: index + 1 },
        'the header has no name here; give every column one',
      );
    const first = names.indexOf(name);
    if (first !== index) {
      throw new DataError(
        { source, line: 1, column: index + 1 },
        `the header has "${name}" twice (also in column ${first + 1}); rename one`,
      );
    }
  });
}

/**
 * A table of columns in memory: numbers, texts, null or undefined for missing cells.
 * @throws UsageError when the columns differ in length
 */
export function tableFromColumns(
  columns: Readonly<Record<string, ArrayLike<string | number | null | undefined>>>,
  source = 'table in memory',
): Table {
  const entries = Object.entries(columns);
  const rows = entries[0]?.[1].length ?? 0;
  const built = entries.map(([name, cells]) => {
    if (cells.length !== rows) {
      throw new UsageError(
        `columns must have ${rows} cells as the first has, got ${cells.length} in "${name}"`,
      );
    }
    const builder = new ColumnBuilder(name);
    for (let row = 0; row < rows; row++) builder.add(cells[row]);
    return builder.finish();
  });
  checkHeader(
    source,
    entries.map(([name]) => name),
  );
  return { source, rows, columns: built };
}
