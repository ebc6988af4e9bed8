/** The bytes of a vector as they are stored. */
export function bytesOf(vector: Float64Array | Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}

/** A vector of which these are the bytes. */
export function floatsOf(bytes: Uint8Array): Float64Array {
  return new Float64Array(new Uint8Array(bytes).buffer);
}

/** Vectors that lie end to end in hexadecimal digits: many of them cross from SQLite in one value. */
export function floatsOfHex(digits: Uint8Array): Float64Array {
  const text = Buffer.from(digits.buffer, digits.byteOffset, digits.length).toString('latin1');
  const bytes = new Uint8Array(text.length / 2);
  Buffer.from(bytes.buffer).write(text, 'hex');
  return new Float64Array(bytes.buffer);
}

/** Hands out the next so many numbers at each call. @throws RangeError (at a call) where there are not so many */
export function inTurn(floats: Float64Array): (count: number) => Float64Array {
  let place = 0;
  return (count) => {
    place += count;
    if (!(count >= 0 && place <= floats.length)) throw new RangeError('numbers are missing');
    return floats.subarray(place - count, place);
  };
}

/** Learning curves as they are stored. */
export function curveOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Text, which is read as bytes throughout (`CAST(... AS BLOB)`): where a damaged file has text that is no UTF-8, libsql
 * would abort the process.
 * @throws TypeError for what is no UTF-8
 */
export function textOf(bytes: unknown): string {
  return utf8.decode(bytes as Uint8Array);
}

/** JSON that was read as bytes. */
export function jsonOf(bytes: unknown): unknown {
  return JSON.parse(textOf(bytes));
}
