import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { DataError } from '../../core/errors.ts';
import { type CsvOptions, readCsv } from './csv.ts';
import { readParquet } from './parquet.ts';
import type { Table } from './table.ts';

/**
 * Reads a table from a file: Parquet by its first bytes, else CSV. `-` is standard input.
 * @throws DataError for a file that is missing, unreadable, empty or malformed
 */
export async function readTableFile(path: string, options: CsvOptions = {}): Promise<Table> {
  if (path === '-') return readCsv(process.stdin as AsyncIterable<Uint8Array>, 'standard input', options);
  await checkFile(path);
  if (await isParquet(path)) {
    const { buffer, byteOffset, byteLength } = await readFile(path);
    return readParquet(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer, path);
  }
  return readCsv(createReadStream(path), path, options);
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
