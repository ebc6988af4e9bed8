import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { DataError } from '../../core/errors.ts';
import { ColumnBuilder, checkHeader, type Table } from './table.ts';

/**
 * Reads a Parquet file with columns of numbers, booleans (0 and 1) and texts.
 * @throws DataError for a file that is no Parquet, and for columns of any other kind
 */
export async function readParquet(file: AsyncBuffer | ArrayBuffer, source: string): Promise<Table> {
  const { rows, names } = await readRows(file, source);
  checkHeader(source, names);
  const columns = names.map((name) => {
    const builder = new ColumnBuilder(name);
    rows.forEach((row, index) => {
      builder.add(cellOf(row[name], { source, line: index + 1, column: name }));
    });
    return builder.finish();
  });
  if (rows.length === 0) throw new DataError({ source }, 'the file has columns but no rows');
  return { source, rows: rows.length, columns };
}

async function readRows(file: AsyncBuffer | ArrayBuffer, source: string) {
  try {
    const metadata = await parquetMetadataAsync(file as AsyncBuffer);
    const rows = await parquetReadObjects({ file, metadata, compressors });
    const names = metadata.schema
      .slice(1)
      .filter(({ num_children: children }) => !children)
      .map(({ name }) => name);
    return { rows, names };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError({ source }, `this is no Parquet file that can be read: ${reason}`);
  }
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
