import { type AsyncBuffer, type DecodedArray, type ParquetScan, parquetScan, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { DataError } from '../../core/errors.ts';
import { ColumnBuilder, checkHeader, type Table } from './table.ts';
import type { PartOptions, TablePart } from './table-parts.ts';

/**
 * Reads a Parquet file with columns of numbers, booleans (0 and 1) and texts.
 * @throws DataError for a file that is no Parquet, and for columns of any other kind
 */
export async function readParquet(file: AsyncBuffer | ArrayBuffer, source: string): Promise<Table> {
  const { scan, names } = await openScan(file, source);
  const builders = names.map((name) => new ColumnBuilder(name));
  for await (const { firstRow, cells } of cellParts(scan, names, Number.POSITIVE_INFINITY, source)) {
    builders.forEach((builder, i) => {
      addCells(builder, cells[i] as DecodedArray, source, firstRow);
    });
  }
  const columns = builders.map((builder) => builder.finish());
  const rows = columns[0]?.numbers.length ?? 0;
  if (rows === 0) throw new DataError({ source }, 'the file has columns but no rows');
  return { source, rows, columns };
}

/**
 * Reads a Parquet file a few rows at a time. In memory is one group of rows, as the file's writer made them, of the
 * columns that are needed.
 * @throws DataError as `readParquet`, but not for a table without rows
 */
export async function* parquetParts(
  file: AsyncBuffer | ArrayBuffer,
  source: string,
  { columns: needed, kept = [], rowsAtOnce = Number.POSITIVE_INFINITY }: PartOptions = {},
): AsyncGenerator<TablePart> {
  const { scan, names } = await openScan(file, source);
  const totalRows = Number(scan.metadata.num_rows);
  const isKept = (name: string) => kept === 'all' || kept.includes(name);
  const read = names.filter((name) => !needed || needed.includes(name) || isKept(name));
  for await (const { firstRow, cells } of cellParts(scan, read, rowsAtOnce, source)) {
    const columns = read.map((name, i) => {
      const builder = new ColumnBuilder(name);
      addCells(builder, cells[i] as DecodedArray, source, firstRow);
      return builder.finish();
    });
    const rows = cells[0]?.length ?? 0;
    const lines = Int32Array.from({ length: rows }, (_, row) => firstRow + row + 1);
    const texts = read.flatMap((name, i) =>
      isKept(name) ? [[name, Array.from(cells[i] as DecodedArray, textOf)] as const] : [],
    );
    yield { table: { source, rows, columns, lines }, names, kept: new Map(texts), totalRows };
  }
}

async function openScan(
  file: AsyncBuffer | ArrayBuffer,
  source: string,
): Promise<{ scan: ParquetScan; names: string[] }> {
  const scan = await readable(source, parquetScan({ file: file as AsyncBuffer, compressors }));
  const names = parquetSchema(scan.metadata).children.map(({ element }) => element.name);
  checkHeader(source, names);
  return { scan, names };
}

/** The cells of each column, some rows at a time; a part never reaches over the end of a group of rows. */
async function* cellParts(scan: ParquetScan, names: readonly string[], rowsAtOnce: number, source: string) {
  for (const range of scan.ranges) {
    const columns = await readable(
      source,
      Promise.all(names.map((column) => scan.readColumn({ column, ...range }))),
    );
    const rows = range.rowEnd - range.rowStart;
    for (let start = 0; start < rows; start += rowsAtOnce) {
      const cells = columns.map((column) => column.slice(start, Math.min(rows, start + rowsAtOnce)));
      yield { firstRow: range.rowStart + start, cells };
    }
  }
}

async function readable<T>(source: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError({ source }, `this is no Parquet file that can be read: ${reason}`);
  }
}

function addCells(builder: ColumnBuilder, cells: DecodedArray, source: string, firstRow: number): void {
  for (let row = 0; row < cells.length; row++) {
    builder.add(cellOf(cells[row], { source, line: firstRow + row + 1, column: builder.name }));
  }
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}
function cellOf(value: unknown, place: ConstructorParameters<typeof DataError>[0]): string | number | null {
  switch (typeof value) {
    case 'number':
    case 'string':
      return value;
    case 'bigint':
    case 'boolean':
      return Number(value);
    case 'undefined':
      return null;
    default:
      if (value === null) return null;
      throw new DataError(
        place,
        'the column must hold numbers, booleans or texts; convert dates and nested values first',
      );
  }
}
