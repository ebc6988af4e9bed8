/*
 * Writes protocol buffers (https://protobuf.dev/programming-guides/encoding): a message is its fields one after the
 * other, each a tag and a value.
 */

import { joinedBytes, littleEndian } from '../../core/bytes.ts';

const wireTypes = { varint: 0, bytes: 2, fixed32: 5 } as const;

const encoder = new TextEncoder();

/** A message from its encoded fields. */
export const message: (fields: readonly Uint8Array[]) => Uint8Array = joinedBytes;

/** A field that holds a whole number, negative or not (int32, int64, enum). */
export function wholeField(field: number, value: number): Uint8Array {
  return message([tag(field, 'varint'), varint(BigInt.asUintN(64, BigInt(value)))]);
}

/** A field that holds a number in single precision. */
export function floatField(field: number, value: number): Uint8Array {
  return message([tag(field, 'fixed32'), littleEndian(Float32Array.of(value))]);
}

/** A field that holds bytes, such as those of another message. */
export function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return message([tag(field, 'bytes'), varint(BigInt(bytes.length)), bytes]);
}

export function textField(field: number, text: string): Uint8Array {
  return bytesField(field, encoder.encode(text));
}

function tag(field: number, type: keyof typeof wireTypes): Uint8Array {
  return varint(BigInt(field * 8 + wireTypes[type]));
}

/** Seven bits a byte, the lowest first; the highest bit tells that another byte follows. */
function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
