import { UsageError } from '../../core/errors.ts';
import { largestHeader, lengthBytes, metadataKey, type Safetensors } from './types.ts';

/**
 * The bytes of a safetensors file: the header's length, the header as JSON, padded with spaces to 8 bytes, and the tensors
 * one after the other. The same contents give the same bytes.
 *
 * Source: https://github.com/huggingface/safetensors#format
 * @throws UsageError for a tensor named `__metadata__`, or a header above 100 MB
 */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  if (tensors.has(metadataKey)) throw new UsageError(`a tensor must not be named ${metadataKey}`);
  const header = new TextEncoder().encode(headerText({ tensors, metadata }));
  if (header.length > largestHeader) {
    throw new UsageError(`the header must have at most ${largestHeader} bytes, got ${header.length}`);
  }
  const dataStart = lengthBytes + Math.ceil(header.length / 8) * 8;
  const size = [...tensors.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  const file = new Uint8Array(dataStart + size);
  file.fill(0x20, 0, dataStart);
  new DataView(file.buffer).setBigUint64(0, BigInt(dataStart - lengthBytes), true);
  file.set(header, lengthBytes);
  let at = dataStart;
  for (const { bytes } of tensors.values()) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

function headerText({ tensors, metadata }: Safetensors): string {
  let at = 0;
  const entries = [...tensors].map(([name, { dtype, shape, bytes }]) => {
    const start = at;
    at += bytes.length;
    return [name, { dtype, shape, data_offsets: [start, at] }] as const;
  });
  return JSON.stringify(Object.fromEntries([[metadataKey, metadata], ...entries]));
}
