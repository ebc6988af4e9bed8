import { strFromU8, unzipSync } from 'fflate';
import { UsageError } from '../../core/errors.ts';

/** What Keras keeps of a model: its configuration as parsed JSON, and its variables as an HDF5 file. */
export interface KerasFiles {
  readonly config: unknown;
  readonly weights: Uint8Array;
  readonly metadata?: unknown;
}

/** The most bytes that each file of an archive may have when unpacked: an archive of a few kB can hold many GB. */
const largest = new Map([
  ['config.json', 2 ** 24],
  ['metadata.json', 2 ** 24],
  ['model.weights.h5', 2 ** 28],
]);

/** Unpacks a `.keras` archive. @throws UsageError for a file that is none, lacks a part, or is too large unpacked */
export function unpackKeras(archive: Uint8Array): KerasFiles {
  const files = unpacked(archive);
  const { 'config.json': config, 'model.weights.h5': weights, 'metadata.json': metadata } = files;
  if (!config || !weights) {
    throw new UsageError(
      `a .keras file must hold config.json and model.weights.h5, got ${Object.keys(files).join(', ') || 'neither'}; save the model with model.save('model.keras') in Keras 3`,
    );
  }
  return {
    config: parsedJson('config.json', strFromU8(config)),
    weights,
    ...(metadata && { metadata: parsedJson('metadata.json', strFromU8(metadata)) }),
  };
}

function unpacked(archive: Uint8Array): Partial<Record<string, Uint8Array>> {
  try {
    return unzipSync(archive, {
      filter: ({ name, originalSize }) => {
        const most = largest.get(name);
        if (most !== undefined && originalSize > most) {
          throw new UsageError(
            `${name} must have at most ${most} bytes when unpacked, got ${originalSize}; this is no small network`,
          );
        }
        return most !== undefined;
      },
    });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `a .keras file must be a zip archive, which this is not (${error instanceof Error ? error.message : error}); save the model with model.save('model.keras') in Keras 3`,
    );
  }
}

/** @throws UsageError for text that is no JSON */
export function parsedJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${name} must be JSON, which it is not; the file is damaged`);
  }
}
