/**
 * The one family of errors that Shoal throws on purpose.
 *
 * A message names the input, the rule that it broke, what came instead and how to mend it:
 * `batchSize must be a whole number of at least 1, got 0`.
 */
export class ShoalError extends Error {
  override readonly name: string = 'ShoalError';
  /** The exit code of the command line for this error. */
  readonly exitCode: number = 1;
}

/** An option or argument that breaks a rule (exit code 2). */
export class UsageError extends ShoalError {
  override readonly name = 'UsageError';
  override readonly exitCode = 2;
}

/** Where in a table something was found; lines and columns count from 1. */
export interface TablePlace {
  /** The file's path, or a name for data in memory. */
  readonly source: string;
  /** Line of the file (or row of an array), counted from 1; the header is line 1. */
  readonly line?: number;
  /** The column's name, or its number counted from 1 where there is no header. */
  readonly column?: string | number;
}

/** A table that cannot be used as it is: its message starts with file, line and column (exit code 1). */
export class DataError extends ShoalError {
  override readonly name = 'DataError';
  readonly place: TablePlace;

  constructor(place: TablePlace, problem: string) {
    super(`${describePlace(place)}: ${problem}`);
    this.place = place;
  }
}

/** No WebGPU adapter where one was demanded (exit code 3). */
export class AdapterError extends ShoalError {
  override readonly name = 'AdapterError';
  override readonly exitCode = 3;
}

/** The device refused or lost the work: a shader that does not compile, lost device, no memory (exit code 1). */
export class DeviceError extends ShoalError {
  override readonly name = 'DeviceError';
}

/**
 * A study's file that cannot be used as it is: missing, damaged, made by something else, in use, or on a full disk
 * (exit code 1). Its message starts with the file's path.
 */
export class StudyError extends ShoalError {
  override readonly name = 'StudyError';
  readonly path: string;

  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
    this.path = path;
  }
}

/** A model's file that cannot be read, or not be written (exit code 1). Its message starts with the file's path. */
export class ModelFileError extends ShoalError {
  override readonly name = 'ModelFileError';
  readonly path: string;

  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
    this.path = path;
  }
}

/** Two computations that must agree do not (exit code 4). */
export class VerificationError extends ShoalError {
  override readonly name = 'VerificationError';
  override readonly exitCode = 4;
}

/** The caller's AbortSignal, or Ctrl-C, ended the work (exit code 130). */
export class CancelledError extends ShoalError {
  override readonly name = 'CancelledError';
  override readonly exitCode = 130;
}

function describePlace({ source, line, column }: TablePlace): string {
  const parts = [source];
  if (line !== undefined) parts.push(`line ${line}`);
  if (column !== undefined)
    parts.push(typeof column === 'number' ? `column ${column}` : `column "${column}"`);
  return parts.join(', ');
}
