/*
 * A writer of HDF5 files, in the oldest version of the format that has links in object headers, which every version of
 * the library reads: superblock 0, object headers 1, contiguous data. The library itself (h5wasm) is 4 MB of
 * WebAssembly and stamps each data set with the time, so that equal models would be unequal files.
 *
 * Numbers in parentheses are sections of the "HDF5 File Format Specification Version 3.0".
 */

import { joinedBytes, littleEndian } from '../../core/bytes.ts';

/** An array of numbers; a shape without dimensions is a single number. */
export interface Hdf5Dataset {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | Int32Array | BigInt64Array;
}

/** Data sets and groups by name. */
export type Hdf5Group = ReadonlyMap<string, Hdf5Dataset | Hdf5Group>;

/** The bytes of an HDF5 file with this root group. */
export function hdf5File(root: Hdf5Group): Uint8Array<ArrayBuffer> {
  const parts = new Parts();
  const rootHeader = writeGroup(parts, root);
  return parts.joined(superblock(rootHeader, superblockSize + parts.size));
}

const superblockSize = 96;
const undefinedAddress = 0xffff_ffff_ffff_ffffn;

/** Parts of a file, one after the other behind the superblock. */
class Parts {
  size = 0;
  private readonly parts: Uint8Array[] = [];

  /** @returns the address of the part in the file, a multiple of 8 */
  add(part: Uint8Array): number {
    const address = superblockSize + this.size;
    this.parts.push(part);
    this.size += paddedTo8(part.length);
    return address;
  }

  joined(first: Uint8Array): Uint8Array<ArrayBuffer> {
    const file = new Uint8Array(superblockSize + this.size);
    file.set(first);
    let at = superblockSize;
    for (const part of this.parts) {
      file.set(part, at);
      at += paddedTo8(part.length);
    }
    return file;
  }
}

const paddedTo8 = (size: number) => 8 * Math.ceil(size / 8);

/** Version 0 of the superblock, which ends in the entry of the root group (II.A). */
function superblock(rootHeader: number, endOfFile: number): Uint8Array {
  const signature = new Uint8Array([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);
  const versions = packed([0, 4], [0, 1]);
  const sizesOfAddressesAndLengths = packed([8, 1], [8, 1], [0, 1]);
  const nodesOfSymbolTables = packed([4, 2], [16, 2], [0, 4]);
  const addresses = packed([0, 8], [undefinedAddress, 8], [endOfFile, 8], [undefinedAddress, 8]);
  const rootEntry = packed([0, 8], [rootHeader, 8], [0, 4], [0, 4], [0, 8], [0, 8]);
  return joinedBytes([
    signature,
    versions,
    sizesOfAddressesAndLengths,
    nodesOfSymbolTables,
    addresses,
    rootEntry,
  ]);
}

/** Messages of an object header, by their numbers (IV.A.2). */
const messageTypes = { dataspace: 1, linkInfo: 2, datatype: 3, fillValue: 5, link: 6, layout: 8 } as const;

interface Message {
  readonly type: keyof typeof messageTypes;
  readonly body: Uint8Array;
}

function writeGroup(parts: Parts, group: Hdf5Group): number {
  const links = [...group].map(([name, child]) => {
    const address = 'shape' in child ? writeDataset(parts, child) : writeGroup(parts, child);
    return linkMessage(name, address);
  });
  // Links that lie in the header itself: neither a heap nor a tree of them.
  const linkInfo = packed([0, 2], [undefinedAddress, 8], [undefinedAddress, 8]);
  return parts.add(objectHeader([{ type: 'linkInfo', body: linkInfo }, ...links]));
}

/** A hard link by a name in ASCII (IV.A.2.g). */
function linkMessage(name: string, address: number): Message {
  const text = new TextEncoder().encode(name);
  return {
    type: 'link',
    body: joinedBytes([packed([1, 1], [0, 1], [text.length, 1]), text, packed([address, 8])]),
  };
}

function writeDataset(parts: Parts, { shape, values }: Hdf5Dataset): number {
  const address = parts.add(littleEndian(values));
  const dimensions = shape.map((size) => packed([size, 8]));
  const dataspace = joinedBytes([packed([1, 1], [shape.length, 1], [0, 6]), ...dimensions]);
  return parts.add(
    objectHeader([
      { type: 'dataspace', body: dataspace },
      { type: 'datatype', body: datatype(values) },
      // Version 2, allocated late, never written, none defined.
      { type: 'fillValue', body: packed([2, 1], [2, 1], [1, 1], [0, 1]) },
      { type: 'layout', body: packed([3, 1], [1, 1], [address, 8], [values.byteLength, 8]) },
    ]),
  );
}

/** Class, sign or place of the sign, and where the bits of a little-endian number lie (IV.A.2.d). */
function datatype(values: Hdf5Dataset['values']): Uint8Array {
  const size = values.BYTES_PER_ELEMENT;
  const bits = 8 * size;
  if (values instanceof Float32Array || values instanceof Float64Array) {
    const [exponent, mantissa, bias] = size === 4 ? [8, 23, 127] : [11, 52, 1023];
    const fields = packed([mantissa, 1], [exponent, 1], [0, 1], [mantissa, 1], [bias, 4]);
    return joinedBytes([
      packed([0x11, 1], [0x20, 1], [bits - 1, 1], [0, 1], [size, 4], [0, 2], [bits, 2]),
      fields,
    ]);
  }
  return packed([0x10, 1], [0x08, 1], [0, 2], [size, 4], [0, 2], [bits, 2]);
}

function objectHeader(messages: readonly Message[]): Uint8Array {
  const written = messages.map(({ type, body }) => {
    const size = paddedTo8(body.length);
    const bytes = new Uint8Array(8 + size);
    bytes.set(packed([messageTypes[type], 2], [size, 2], [0, 4]));
    bytes.set(body, 8);
    return bytes;
  });
  const size = written.reduce((sum, { length }) => sum + length, 0);
  return joinedBytes([packed([1, 1], [0, 1], [messages.length, 2], [1, 4], [size, 4], [0, 4]), ...written]);
}

/** Little-endian whole numbers of so many bytes each. */
function packed(...fields: readonly (readonly [value: number | bigint, size: number])[]): Uint8Array {
  const bytes: number[] = [];
  for (const [value, size] of fields) {
    for (let i = 0; i < size; i++) bytes.push(Number((BigInt(value) >> BigInt(8 * i)) & 0xffn));
  }
  return new Uint8Array(bytes);
}
