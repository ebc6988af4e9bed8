import { oneOf, plainObject, shown } from '../../core/check.ts';
import { UsageError } from '../../core/errors.ts';
import { headerProblem } from './header-json.ts';
import {
  type ElementType,
  elementBits,
  largestHeader,
  lengthBytes,
  metadataKey,
  type Safetensors,
  type Tensor,
} from './types.ts';

/**
 * Reads a safetensors file, and refuses whatever the format forbids: a header that is too long, no JSON, or says
 * something twice; tensors that overlap, leave a gap, do not fit their shape, or do not fill the file. Tensors are views
 * of the given bytes; nothing is allocated by what the file says of its sizes.
 *
 * Source: https://github.com/huggingface/safetensors#format
 * @throws UsageError that names the rule that is broken
 */
export function readSafetensors(file: Uint8Array): Safetensors {
  const dataStart = lengthBytes + headerLength(file);
  const header = parseHeader(file.subarray(lengthBytes, dataStart));
  const { [metadataKey]: metadata = {}, ...entries } = header;
  const data = file.subarray(dataStart);
  const tensors = Object.entries(entries).map(([name, entry]) => placeOf(name, entry));
  checkPlaces(tensors, data.length);
  return {
    tensors: new Map(tensors.map(({ name, ...place }) => [name, tensorAt(place, data)])),
    metadata: textMap(metadata),
  };
}

function headerLength(file: Uint8Array): number {
  if (file.length < lengthBytes) {
    throw new UsageError(
      `a safetensors file must have at least ${lengthBytes} bytes, which say how long its header is, got ${file.length}`,
    );
  }
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (length > BigInt(largestHeader)) {
    throw new UsageError(
      `the header must have at most ${largestHeader} bytes, got ${length}: this is a file of another kind, or a damaged one`,
    );
  }
  const rest = file.length - lengthBytes;
  if (length > BigInt(rest)) {
    throw new UsageError(
      `the header of ${length} bytes must be in the file, got ${rest} bytes; it was cut off`,
    );
  }
  return Number(length);
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  const text = decoded(bytes);
  if (!text.startsWith('{')) {
    throw new UsageError(`the header must begin with {, got ${shown(text.slice(0, 1))}`);
  }
  let end = text.length;
  while (text[end - 1] === ' ') end--;
  if (text[end - 1] !== '}') {
    throw new UsageError(`the header must end with } and spaces, got ${shown(text.slice(end - 1, end))}`);
  }
  const problem = headerProblem(text);
  if (problem !== undefined) throw new UsageError(problem);
  return plainObject<Record<string, unknown>>('the header', parsed(text));
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UsageError('the header must be UTF-8, got other bytes');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`the header must be JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/** Where a tensor's bytes are, from the end of the header on. */
interface TensorPlace {
  readonly name: string;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

const elementTypes = Object.keys(elementBits) as ElementType[];

function placeOf(name: string, value: unknown): TensorPlace {
  const title = `tensor ${shown(name)}`;
  const entry = plainObject<TensorEntry>(title, value, ['dtype', 'shape', 'data_offsets']);
  const dtype = oneOf(`${title}: dtype`, entry.dtype as string, elementTypes);
  const shape = wholeNumbers(`${title}: shape`, entry.shape);
  const offsets = wholeNumbers(`${title}: data_offsets`, entry.data_offsets);
  const [start, end] = offsets;
  if (offsets.length !== 2 || start === undefined || end === undefined || start > end) {
    throw new UsageError(`${title}: data_offsets must be a start and an end after it, got [${offsets}]`);
  }
  const bytes = sizeOf(title, dtype, shape);
  if (end - start !== bytes) {
    throw new UsageError(
      `${title}: data_offsets must span the ${bytes} bytes of ${dtype} [${shape}], got ${end - start}`,
    );
  }
  return { name, dtype, shape, start, end };
}

interface TensorEntry {
  readonly dtype: unknown;
  readonly shape: unknown;
  readonly data_offsets: unknown;
}

function wholeNumbers(title: string, value: unknown): number[] {
  if (!Array.isArray(value)) throw new UsageError(`${title} must be a list of numbers, got ${shown(value)}`);
  const wrong = value.find((number) => !Number.isSafeInteger(number) || number < 0);
  if (wrong === undefined) return value as number[];
  throw new UsageError(`${title} must hold whole numbers up to 2^53 - 1, got ${shown(wrong)}`);
}

/** Bytes of a tensor; checked at every factor, since a product that overflows could look small. */
function sizeOf(title: string, dtype: ElementType, shape: readonly number[]): number {
  const bits = shape.reduce((product, length) => {
    const next = product * length;
    if (Number.isSafeInteger(next)) return next;
    throw new UsageError(`${title}: shape must have fewer than 2^53 bits of elements, got [${shape}]`);
  }, elementBits[dtype] as number);
  if (bits % 8 === 0) return bits / 8;
  throw new UsageError(`${title}: ${dtype} [${shape}] must fill whole bytes, got ${bits} bits`);
}

/** Tensors lie one after the other, from the first byte of the data to the last. */
function checkPlaces(places: readonly TensorPlace[], dataBytes: number): void {
  let filled = 0;
  for (const { name, start, end } of places.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== filled) {
      throw new UsageError(
        `tensor ${shown(name)} must begin where the one before it ends, at ${filled}, got ${start} (${start < filled ? 'an overlap' : 'a gap'})`,
      );
    }
    filled = end;
  }
  if (filled === dataBytes) return;
  throw new UsageError(
    `the tensors must fill the ${dataBytes} bytes after the header, got ${filled}; the file was cut off or something was added`,
  );
}

function tensorAt({ dtype, shape, start, end }: Omit<TensorPlace, 'name'>, data: Uint8Array): Tensor {
  return { dtype, shape, bytes: data.subarray(start, end) };
}

function textMap(metadata: unknown): Record<string, string> {
  const map = plainObject<Record<string, unknown>>(metadataKey, metadata);
  const wrong = Object.entries(map).find(([, value]) => typeof value !== 'string');
  if (!wrong) return map as Record<string, string>;
  throw new UsageError(`${metadataKey} must hold texts only, got ${shown(wrong[1])} for ${shown(wrong[0])}`);
}
