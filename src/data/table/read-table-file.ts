import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { AsyncBuffer } from 'hyparquet';
import { DataError } from '../../core/errors.ts';
import { type CsvOptions, csvParts, readCsv } from './csv.ts';
import { parquetParts, readParquet } from './parquet.ts';
import type { Table } from './table.ts';
import type { PartOptions, TablePart } from './table-parts.ts';

/**
 * Reads a table from a file: Parquet by its first bytes, else CSV. `-` is standard input.
 * @throws DataError for a file that is missing, unreadable, empty or malformed
 */
export async function readTableFile(path: string, options: CsvOptions = {}): Promise<Table> {
  if (path === '-') return readCsv(process.stdin as AsyncIterable<Uint8Array>, 'standard input', options);
  await checkFile(path);
  if (await isParquet(path)) return readParquet(await parquetFile(path), path);
  return readCsv(createReadStream(path), path, options);
}

/** A table that is being read. */
export interface TableReading {
  readonly parts: AsyncIterable<TablePart>;
  /** How much of the file was read, from 0 to 1; undefined where nobody knows how long it is. */
  fraction(): number | undefined;
}

/**
 * Opens a table file, as `readTableFile` does, to read it a few rows at a time.
 * @throws DataError for a file that is missing, unreadable or empty; while reading, for one that is malformed
 */
export async function openTableFile(path: string, options: CsvOptions & PartOptions): Promise<TableReading> {
  if (path === '-') {
    const parts = csvParts(process.stdin as AsyncIterable<Uint8Array>, 'standard input', options);
    return { parts, fraction: () => undefined };
  }
  await checkFile(path);
  if (await isParquet(path)) return openParquet(path, options);
  const { size } = await stat(path);
  const stream = createReadStream(path);
  return { parts: csvParts(stream, path, options), fraction: () => stream.bytesRead / size };
}

async function openParquet(path: string, options: PartOptions): Promise<TableReading> {
  const file = await parquetFile(path);
  let fraction = 0;
  async function* counted() {
    for await (const part of parquetParts(file, path, options)) {
      fraction += part.table.rows / (part.totalRows ?? Number.POSITIVE_INFINITY);
      yield part;
    }
  }
  return { parts: counted(), fraction: () => fraction };
}

/** A file whose parts are read where they are needed. */
async function parquetFile(path: string): Promise<AsyncBuffer> {
  const { size } = await stat(path);
  const slice = async (start: number, end = size) => {
    const file = await open(path);
    try {
      const bytes = new Uint8Array(end - start);
      await file.read(bytes, 0, bytes.length, start);
      return bytes.buffer;
    } finally {
      await file.close();
    }
  };
  return { byteLength: size, slice };
}

async function checkFile(path: string): Promise<void> {
  try {
    const file = await stat(path);
    if (file.isDirectory()) throw new DataError({ source: path }, 'this is a folder; name a file in it');
    if (file.size === 0)
      throw new DataError({ source: path }, 'the file is empty; it must have a header and rows');
    await (await open(path)).close();
  } catch (error) {
    if (error instanceof DataError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EACCES: 'the file may not be read',
    };
    throw new DataError({ source: path }, reasons[code ?? ''] ?? `the file cannot be read (${code})`);
  }
}

async function isParquet(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString('latin1') === 'PAR1';
  } finally {
    await file.close();
  }
}
