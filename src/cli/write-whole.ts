import { existsSync } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../core/errors.ts';

/** How to write a file. */
export interface WriteOptions {
  /** Whether a file that is there already is replaced. Default true. */
  readonly force?: boolean;
}

/**
 * Writes a file so that it is there whole or not at all, even after a crash: to a temporary one beside it, which is then
 * renamed.
 * @throws UsageError when the folder does not exist or may not be written to, or the file is there and may not be replaced
 */
export async function writeWhole(
  path: string,
  contents: string | Uint8Array | AsyncIterable<string>,
  { force = true }: WriteOptions = {},
): Promise<void> {
  if (!force) checkNew(path);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await writeFile(file, contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    // What made the contents may have failed as well.
    if (syscall === undefined) throw error;
    throw new UsageError(`${path} must be a file that can be written, got ${code}; check its folder`);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Looks before a long work whether what comes of it can be written. @throws UsageError for a folder that does not exist */
export function checkFolders(...paths: readonly (string | undefined)[]): void {
  for (const path of paths) {
    if (path === undefined || existsSync(dirname(path))) continue;
    throw new UsageError(`${path} must be in a folder that exists, got ${dirname(path)}; make it first`);
  }
}

/** Looks before a long work whether it would replace a file. @throws UsageError for one that is there */
export function checkNew(...paths: readonly (string | undefined)[]): void {
  for (const path of paths) {
    if (path === undefined || !existsSync(path)) continue;
    throw new UsageError(
      `${path} must be a new file, but is there already; choose another name, or replace it with --force`,
    );
  }
}
