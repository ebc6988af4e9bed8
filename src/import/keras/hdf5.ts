import { UsageError } from '../../core/errors.ts';
import { Hdf5Bytes } from './hdf5-bytes.ts';

/*
 * A reader of HDF5 as h5py writes it unless told otherwise (superblock 0, symbol tables, contiguous data), and as Shoal
 * does. The library itself (h5wasm) is 4 MB of WebAssembly, and many a damaged file makes it run for ever.
 *
 * Numbers in parentheses are sections of the "HDF5 File Format Specification Version 3.0".
 */

/** A group by its names, or an array of numbers. */
export type Hdf5Item = Hdf5GroupItem | Hdf5DatasetItem;

export interface Hdf5GroupItem {
  readonly kind: 'group';
  readonly names: readonly string[];
}

export interface Hdf5DatasetItem {
  readonly kind: 'dataset';
  readonly shape: readonly number[];
  /** @throws UsageError for anything but floats of 32 or 64 bits that lie in one piece */
  values(): Float32Array | Float64Array;
}

/** Finds what is in a file by paths such as `layers/dense`. */
export interface Hdf5Reader {
  /** @throws UsageError for a damaged file */
  find(path: string): Hdf5Item | undefined;
}

/** Opens an HDF5 file in memory. @throws UsageError for one that is none, or of a version that h5py does not write */
export function openHdf5(bytes: Uint8Array): Hdf5Reader {
  const root = rootHeader(new Hdf5Bytes(bytes));
  return {
    find: (path) => {
      const file = new Hdf5Bytes(bytes);
      let address: number | undefined = root;
      for (const name of path.split('/')) {
        if (address !== undefined) address = linksOf(file, messagesAt(file, address)).get(name);
      }
      return address === undefined ? undefined : itemAt(file, address);
    },
  };
}

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** The address of the root group's header, from the superblock (II.A). */
function rootHeader(file: Hdf5Bytes): number {
  if (file.length < 96 || signature.some((byte, place) => file.u8(place) !== byte)) {
    throw new UsageError('the weights must be an HDF5 file, which they are not');
  }
  const version = file.u8(8);
  if (version !== 0 || file.u8(13) !== 8 || file.u8(14) !== 8) {
    throw new UsageError(
      `the weights must be HDF5 of version 0 with addresses of 8 bytes, got version ${version}; save them with model.save or model.save_weights`,
    );
  }
  const end = file.u64(40);
  if (end > file.length) {
    throw new UsageError(`the weights must have ${end} bytes, got ${file.length}; the file is cut off`);
  }
  return file.u64(64);
}

/** A message of an object's header: its kind, and where its body lies. */
interface Message {
  readonly type: number;
  readonly at: number;
  readonly size: number;
  /** Whether the body lies with another object. */
  readonly isShared: boolean;
}

/** Kinds of messages (IV.A.2). */
const kinds = { dataspace: 1, datatype: 3, link: 6, layout: 8, continuation: 16, symbolTable: 17 } as const;

/** The messages of an object header of version 1, which may go on elsewhere (IV.A.1.a). */
function messagesAt(file: Hdf5Bytes, address: number): Message[] {
  if (file.u8(address) !== 1) {
    throw new UsageError(
      `the weights must have a header of version 1 at ${address}, got ${file.u8(address)}; the file is damaged, or of a newer kind`,
    );
  }
  const messages: Message[] = [];
  const blocks = [{ at: address + 16, end: address + 16 + file.u32(address + 8) }];
  for (const { at: start, end } of blocks) {
    for (let at = start; at + 8 <= end; ) {
      file.step();
      const [type, size, flags] = [file.u16(at), file.u16(at + 2), file.u8(at + 4)];
      const body = at + 8;
      file.check(body, size);
      if (type === kinds.continuation) {
        blocks.push({ at: file.u64(body), end: file.u64(body) + file.u64(body + 8) });
      } else messages.push({ type, at: body, size, isShared: (flags & 2) !== 0 });
      at = body + size;
    }
  }
  return messages;
}

/** Addresses by name of what a group links to. */
function linksOf(file: Hdf5Bytes, messages: readonly Message[]): Map<string, number> {
  const links = new Map<string, number>();
  for (const { type, at } of messages) {
    if (type === kinds.symbolTable) treeLinks(file, file.u64(at), namesAt(file, file.u64(at + 8)), links);
    // Without creation order and character set: the length of the name in one byte, a hard link (IV.A.2.g).
    else if (type === kinds.link && file.u8(at) === 1 && file.u8(at + 1) === 0) {
      const length = file.u8(at + 2);
      links.set(file.text(at + 3, length), file.u64(at + 3 + length));
    }
  }
  return links;
}

/** Where the names of a group lie: the data of its local heap (III.D). */
function namesAt(file: Hdf5Bytes, heap: number): number {
  file.signature(heap, 'HEAP');
  return file.u64(heap + 24);
}

/** Follows a tree (III.A.1), level by level, down to its tables of links (III.C). */
function treeLinks(file: Hdf5Bytes, root: number, names: number, links: Map<string, number>): void {
  let nodes = [root];
  for (let level = file.u8(root + 5); level >= 0; level--) {
    nodes = nodes.flatMap((node) => childrenOf(file, node));
  }
  for (const table of nodes) tableLinks(file, table, names, links);
}

function childrenOf(file: Hdf5Bytes, node: number): number[] {
  file.signature(node, 'TREE');
  return Array.from({ length: file.u16(node + 6) }, (_, place) => {
    file.step();
    return file.u64(node + 24 + 16 * place + 8);
  });
}

function tableLinks(file: Hdf5Bytes, table: number, names: number, links: Map<string, number>): void {
  file.signature(table, 'SNOD');
  const count = file.u16(table + 6);
  for (let place = 0; place < count; place++) {
    file.step();
    const entry = table + 8 + 40 * place;
    links.set(file.text(names + file.u64(entry)), file.u64(entry + 8));
  }
}

function itemAt(file: Hdf5Bytes, address: number): Hdf5Item {
  const messages = messagesAt(file, address);
  const message = (kind: keyof typeof kinds) => messages.find(({ type }) => type === kinds[kind]);
  const dataspace = message('dataspace');
  if (!dataspace) return { kind: 'group', names: [...linksOf(file, messages).keys()] };
  const shape = shapeAt(file, dataspace);
  return {
    kind: 'dataset',
    shape,
    values: () => valuesOf(file, shape, message('datatype'), message('layout')),
  };
}

/** Sizes of the dimensions (IV.A.2.b). */
function shapeAt(file: Hdf5Bytes, { at }: Message): number[] {
  const first = file.u8(at) === 1 ? at + 8 : at + 4;
  return Array.from({ length: file.u8(at + 1) }, (_, place) => file.u64(first + 8 * place));
}

function valuesOf(
  file: Hdf5Bytes,
  shape: readonly number[],
  datatype: Message | undefined,
  layout: Message | undefined,
): Float32Array | Float64Array {
  if (!datatype || !layout || datatype.isShared || layout.isShared) {
    throw new UsageError('the weights must say where their numbers lie; the file is damaged');
  }
  const count = shape.reduce((product, size) => product * size, 1);
  const size = floatSize(file, datatype.at);
  // Version 3 or 4, in one piece (IV.A.2.i).
  if (![3, 4].includes(file.u8(layout.at)) || file.u8(layout.at + 1) !== 1) {
    throw new UsageError(
      'the weights must lie in one piece as Keras writes them, not compressed or in chunks',
    );
  }
  return file.floats(file.u64(layout.at + 2), count, size);
}

/** Bytes of the IEEE float that a datatype describes: little-endian, with its exponent above its mantissa (IV.A.2.d). */
function floatSize(file: Hdf5Bytes, at: number): 4 | 8 {
  const [kind, order, size] = [file.u8(at) & 15, file.u8(at + 1) & 1, file.u32(at + 4)];
  const mantissa = file.u8(at + 15);
  if (kind === 1 && order === 0 && size === 4 && mantissa === 23) return 4;
  if (kind === 1 && order === 0 && size === 8 && mantissa === 52) return 8;
  throw new UsageError(`the weights must be floats of 32 or 64 bits, got others of ${size} bytes`);
}
