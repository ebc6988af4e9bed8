import { UsageError } from '../core/errors.ts';
import { exchangeFormat, fromExchange } from './exchange.ts';
import type { ForeignModel } from './foreign-model.ts';
import { fromKeras, fromKerasJson } from './keras/from-keras.ts';

/**
 * A model from the bytes of another tool's file: a `.keras` archive, an exchange file, or with `weights` the
 * configuration that belongs to them.
 *
 * @throws UsageError that names what is wrong, and how to make a file that can be read
 */
export function readForeign(bytes: Uint8Array, weights?: Uint8Array): ForeignModel {
  try {
    return readAny(bytes, weights);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError('the file must not nest its parts so deeply; it is damaged');
  }
}

function readAny(bytes: Uint8Array, weights: Uint8Array | undefined): ForeignModel {
  const starts = (...first: number[]) => first.every((byte, place) => bytes[place] === byte);
  if (weights) return fromKerasJson(textOf(bytes), weights);
  if (starts(0x50, 0x4b)) return fromKeras(bytes);
  if (starts(0x89, 0x48, 0x44, 0x46)) {
    throw new UsageError(
      "an HDF5 file must come with its configuration: import model.to_json() with --weights FILE, or save the model with model.save('model.keras')",
    );
  }
  return fromExchange(textOf(bytes));
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(
      `the file must be a .keras archive, or JSON of the format "${exchangeFormat}", got neither`,
    );
  }
}
