import { UsageError } from '../../core/errors.ts';

/** Names of layers are short. */
const longestName = 1024;

/** Little-endian numbers of a file, of which nothing is believed: not that it ends, nor that its parts do. */
export class Hdf5Bytes {
  readonly length: number;
  private readonly view: DataView;
  private steps = 0;

  constructor(bytes: Uint8Array) {
    this.length = bytes.length;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Refuses a part that does not lie in the file. */
  check(at: number, size: number): void {
    if (at >= 0 && size >= 0 && at + size <= this.length) return;
    throw new UsageError(
      `the weights must have their parts within ${this.length} bytes, got one of ${size} bytes at ${at}; the file is damaged`,
    );
  }

  /** Counts what is read, so that parts that lead back to each other end. */
  step(): void {
    this.steps++;
    if (this.steps > this.length) {
      throw new UsageError('the weights must not go round in circles; the file is damaged');
    }
  }

  u8(at: number): number {
    this.check(at, 1);
    return this.view.getUint8(at);
  }

  u16(at: number): number {
    this.check(at, 2);
    return this.view.getUint16(at, true);
  }

  u32(at: number): number {
    this.check(at, 4);
    return this.view.getUint32(at, true);
  }

  /** Beyond 2^53 not exact, and then beyond the end of any file. */
  u64(at: number): number {
    return this.u32(at) + 2 ** 32 * this.u32(at + 4);
  }

  /** Refuses anything but this text in ASCII. */
  signature(at: number, text: string): void {
    if (this.text(at, text.length) === text) return;
    throw new UsageError(`the weights must have ${text} at ${at}, which they have not; the file is damaged`);
  }

  /** A name: up to the zero behind it, or of a known length. */
  text(at: number, length?: number): string {
    let size = length ?? 0;
    if (length === undefined) while (this.u8(at + size) !== 0 && size < longestName) size++;
    this.check(at, size);
    return new TextDecoder().decode(new Uint8Array(this.view.buffer, this.view.byteOffset + at, size));
  }

  /** Floats of 4 or 8 bytes. */
  floats(at: number, count: number, size: 4 | 8): Float32Array | Float64Array {
    this.check(at, count * size);
    if (size === 4)
      return Float32Array.from({ length: count }, (_, place) => this.view.getFloat32(at + 4 * place, true));
    return Float64Array.from({ length: count }, (_, place) => this.view.getFloat64(at + 8 * place, true));
  }
}
