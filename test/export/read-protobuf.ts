/** A field of a protocol buffer as it lies in a file: its bytes, or the value of a varint. */
type Value = Uint8Array | bigint;

/** The fields of a message by their number, in their order. */
export function readMessage(bytes: Uint8Array): ReadonlyMap<number, Value[]> {
  const fields = new Map<number, Value[]>();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] as number;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const slice = (length: number) => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const value = (tag & 7) === 0 ? varint() : slice((tag & 7) === 5 ? 4 : Number(varint()));
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}

/** The texts of a field. */
export function texts(message: ReadonlyMap<number, Value[]>, field: number): string[] {
  return (message.get(field) ?? []).map((value) => new TextDecoder().decode(value as Uint8Array));
}

/** The messages of a field. */
export function messages(message: ReadonlyMap<number, Value[]>, field: number) {
  return (message.get(field) ?? []).map((value) => readMessage(value as Uint8Array));
}
