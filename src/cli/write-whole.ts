import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../core/errors.ts';

/**
 * Writes a file so that it is there whole or not at all: to a temporary one beside it, which is then renamed.
 * @throws UsageError when the folder does not exist or may not be written to
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text, { flush: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${path} must be a file that can be written, got ${code}; check its folder`);
  }
}

/** Looks before a long work whether what comes of it can be written. @throws UsageError for a folder that does not exist */
export function checkFolders(...paths: readonly (string | undefined)[]): void {
  for (const path of paths) {
    if (path === undefined || existsSync(dirname(path))) continue;
    throw new UsageError(`${path} must be in a folder that exists, got ${dirname(path)}; make it first`);
  }
}
