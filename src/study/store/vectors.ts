/** The bytes of a vector as they are stored. */
export function bytesOf(vector: Float64Array | Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}

/** Vectors that lie end to end in hexadecimal text: many of them cross from SQLite in one value. */
export function floatsOfHex(hex: string): Float64Array {
  const bytes = new Uint8Array(hex.length / 2);
  Buffer.from(bytes.buffer).write(hex, 'hex');
  return new Float64Array(bytes.buffer);
}

/** Hands out the next so many numbers at each call. */
export function inTurn(floats: Float64Array): (count: number) => Float64Array {
  let place = 0;
  return (count) => {
    place += count;
    return floats.subarray(place - count, place);
  };
}

/** Learning curves as they are stored. */
export function curveOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer);
}
