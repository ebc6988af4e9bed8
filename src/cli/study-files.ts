import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { basename, dirname, extname, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createJiti } from 'jiti';
import { shown } from '../core/check.ts';
import { ShoalError, StudyError, UsageError } from '../core/errors.ts';
import type { StudyConfig } from '../study/define-study.ts';

/** Ending of model files. */
export const modelEnding = '.safetensors';

/** SHA-256 of a file, hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return hash.digest('hex');
}

/**
 * Reads a study's configuration: JSON, or a module (TypeScript too) whose default export it is.
 * @throws UsageError where it cannot be read
 */
export async function readConfig(path: string): Promise<StudyConfig> {
  if (!existsSync(path))
    throw new UsageError(`the configuration must be a file, got ${path}, which there is not`);
  const config = await importConfig(path);
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new UsageError(
      `${path} must have an object as its default export, as defineStudy({ ... }) makes, got ${shown(config)}`,
    );
  }
  return config as StudyConfig;
}

async function importConfig(path: string): Promise<unknown> {
  try {
    // Shoal itself, so that a configuration needs no installation beside it.
    const alias = { shoal: new URL('../index.js', import.meta.url).pathname };
    return await createJiti(import.meta.url, { alias }).import(pathToFileURL(resolve(path)).href, {
      default: true,
    });
  } catch (error) {
    if (error instanceof ShoalError) throw error;
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Whether a configuration holds functions, which a study's settings cannot store. */
export function holdsFunctions({ build, constraints = [] }: StudyConfig): boolean {
  return build !== undefined || constraints.some((constraint) => typeof constraint === 'function');
}

/**
 * A name in the folder where one stands for what comes of a table: `breast-cancer.shoal`, or `breast-cancer-2.shoal` if
 * there is a study, a model or a report of that name.
 */
export function freeStudyPath(dataFile: string): string {
  const stem = basename(dataFile, extname(dataFile));
  for (let number = 1; ; number++) {
    const path = `${stem}${number === 1 ? '' : `-${number}`}.shoal`;
    if (![path, ...Object.values(outputsOf(path))].some(existsSync)) return path;
  }
}

/** The files that come of a study, unless others are named: `breast-cancer.safetensors` and `breast-cancer.report.html`. */
export function outputsOf(study: string): { readonly model: string; readonly report: string } {
  const stem = study.replace(/\.shoal$/, '');
  return { model: `${stem}${modelEnding}`, report: `${stem}.report.html` };
}

/** A path as a study keeps it: from its own folder on, so that it holds wherever one stands, and where both are moved. */
export function fromStudy(study: string, path: string): string {
  return relative(dirname(resolve(study)), resolve(path)) || path;
}

/**
 * The file that a study learns from or was configured with.
 * @param option names the option that says where it is
 * @throws StudyError where there is no such file
 */
export function fileOfStudy(study: string, kept: string, option: string, given: string | undefined): string {
  const path = given ?? resolve(dirname(resolve(study)), kept);
  if (existsSync(path)) return path;
  throw new StudyError(study, `needs ${path}, which is not there; say with ${option} where it is`);
}
