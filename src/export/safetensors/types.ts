/** Bits of one element of each kind of tensor that the format knows. */
export const elementBits = {
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  BOOL: 8,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  F64: 64,
  I64: 64,
  U64: 64,
  C64: 64,
} as const;

export type ElementType = keyof typeof elementBits;

/** One tensor: its elements' bytes, row-major and little-endian. */
export interface Tensor {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** What a safetensors file holds. */
export interface Safetensors {
  /** In the order of the file. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The header's key that is no tensor. */
export const metadataKey = '__metadata__';

/** The most bytes that a header may have. */
export const largestHeader = 100_000_000;

/** Bytes before the header: its length as an unsigned 64-bit number. */
export const lengthBytes = 8;
