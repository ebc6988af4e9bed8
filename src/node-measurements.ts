import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Measured } from './engine/measure-rate.ts';
import type { MeasurementStore } from './engine/webgpu/planner.ts';

/** Another version of the kernels has other speeds. */
const schemaVersion = 1;

/**
 * Keeps the planner's measurements in a file of the user's cache folder, from one process to the next. The file is only
 * a saving: if it cannot be read or written, measurements are made again.
 */
export class FileMeasurements implements MeasurementStore {
  private readonly path: string;
  private known: Map<string, Measured> | undefined;

  constructor(path = join(cacheFolder(), 'measurements.json')) {
    this.path = path;
  }

  private all(): Map<string, Measured> {
    this.known ??= read(this.path);
    return this.known;
  }

  get(key: string): Measured | undefined {
    return this.all().get(key);
  }

  set(key: string, measured: Measured): void {
    // What another process has measured meanwhile stays.
    this.known = new Map([...read(this.path), ...this.all(), [key, measured]]);
    const text = JSON.stringify({ schemaVersion, measurements: Object.fromEntries(this.known) });
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      const temporary = `${this.path}.${process.pid}`;
      writeFileSync(temporary, text);
      renameSync(temporary, this.path);
    } catch {
      // A cache folder that cannot be written costs a measurement in the next process, no more.
    }
  }
}

function read(path: string): Map<string, Measured> {
  try {
    const stored = JSON.parse(readFileSync(path, 'utf8'));
    return stored.schemaVersion === schemaVersion ? new Map(Object.entries(stored.measurements)) : new Map();
  } catch {
    return new Map();
  }
}

function cacheFolder(): string {
  const { SHOAL_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  return SHOAL_CACHE ?? join(XDG_CACHE_HOME ?? LOCALAPPDATA ?? join(homedir(), '.cache'), 'shoal');
}
