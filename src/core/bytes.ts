/** Parts one after the other. */
export function joinedBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The bytes of numbers, the lowest of each first, whatever the machine's own order. */
export function littleEndian(
  values: Float32Array | Float64Array | Int32Array | BigInt64Array,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(values.byteLength));
  const size = values.BYTES_PER_ELEMENT;
  values.forEach((value: number | bigint, place: number) => {
    if (typeof value === 'bigint') view.setBigInt64(size * place, value, true);
    else if (values instanceof Float32Array) view.setFloat32(size * place, value, true);
    else if (values instanceof Float64Array) view.setFloat64(size * place, value, true);
    else view.setInt32(size * place, value, true);
  });
  return new Uint8Array(view.buffer);
}
