/*
 * Writes protocol buffers (https://protobuf.dev/programming-guides/encoding): a message is its fields one after the
 * other, each a tag and a value.
 */

const wireTypes = { varint: 0, bytes: 2, fixed32: 5 } as const;

const encoder = new TextEncoder();

/** A message from its encoded fields. */
export function message(fields: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(fields.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const field of fields) {
    result.set(field, at);
    at += field.length;
  }
  return result;
}

/** A field that holds a whole number, negative or not (int32, int64, enum). */
export function wholeField(field: number, value: number): Uint8Array {
  return message([tag(field, 'varint'), varint(BigInt.asUintN(64, BigInt(value)))]);
}

/** A field that holds a number in single precision. */
export function floatField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return message([tag(field, 'fixed32'), bytes]);
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

/** The bytes of numbers, the lowest of each first. */
export function littleEndian(values: Float32Array | Float64Array | BigInt64Array): Uint8Array {
  const size = values.BYTES_PER_ELEMENT;
  const view = new DataView(new ArrayBuffer(values.byteLength));
  values.forEach((value: number | bigint, place: number) => {
    if (typeof value === 'bigint') view.setBigInt64(size * place, value, true);
    else if (size === 4) view.setFloat32(size * place, value, true);
    else view.setFloat64(size * place, value, true);
  });
  return new Uint8Array(view.buffer);
}
