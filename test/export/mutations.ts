import { threefry } from '../../src/core/threefry.ts';
import { fileOf } from './hostile-files.ts';

/** Pieces of headers that a mutation may put in. */
const pieces = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '0',
  '-1',
  '9007199254740993',
  '1e9',
  'null',
  'true',
  ' ',
  '\n',
  '"a":',
  '"dtype":"F64"',
  '"shape":[4]',
  '"data_offsets":[0,4]',
  '__metadata__',
  '\\u0061',
  '\\ud800',
  '\ufeff',
].map((piece) => new TextEncoder().encode(piece));

/**
 * The file after some changes that depend on the seed alone: flipped bits, cuts, insertions, copies, other lengths. Every
 * other seed changes the header only and says rightly how long it then is, so that what is in it is looked at.
 */
export function mutated(file: Uint8Array, seed: number): Uint8Array {
  const draw = drawsOf(seed);
  if (seed % 2 === 0) return severalTimes(file, draw);
  const end = 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = severalTimes(file.subarray(8, end), draw);
  return joined(fileOf(header), file.subarray(end));
}

/** Any bytes after some changes that depend on the seed alone. */
export const mutatedBytes = (bytes: Uint8Array, seed: number): Uint8Array =>
  severalTimes(bytes, drawsOf(seed));

function severalTimes(bytes: Uint8Array, draw: Draw): Uint8Array {
  let result = bytes;
  for (let changes = 1 + draw(3); changes > 0; changes--) result = changed(result, draw);
  return result;
}

/** A number from 0 to below the given one. */
type Draw = (below: number) => number;

function drawsOf(seed: number): Draw {
  let counter = 0;
  return (below) => Math.floor((threefry([seed, 0], [counter++, 0])[0] / 2 ** 32) * below);
}

function changed(bytes: Uint8Array, draw: Draw): Uint8Array {
  const at = draw(bytes.length + 1);
  const rest = bytes.subarray(at);
  switch (draw(7)) {
    case 0:
      return joined(
        bytes.subarray(0, at),
        Uint8Array.of((bytes[at] ?? 0) ^ (1 << draw(8))),
        rest.subarray(1),
      );
    case 1:
      return joined(bytes.subarray(0, at), Uint8Array.of(draw(256)), rest.subarray(1));
    case 2:
      return joined(bytes.subarray(0, at), rest.subarray(draw(9)));
    case 3:
      return joined(bytes.subarray(0, at), pieces[draw(pieces.length)] as Uint8Array, rest);
    case 4:
      return joined(bytes.subarray(0, at), pieces[draw(pieces.length)] as Uint8Array, rest.subarray(draw(9)));
    case 5:
      return joined(bytes.subarray(0, at), bytes.subarray(draw(at + 1), at), rest);
    default:
      return withLength(bytes, draw);
  }
}

/** Another length of the header: a near one, or any. */
function withLength(bytes: Uint8Array, draw: Draw): Uint8Array {
  if (bytes.length < 8) return bytes;
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const length = view.getBigUint64(0, true) + BigInt(draw(9) - 4);
  view.setBigUint64(0, draw(4) > 0 ? length : BigInt(draw(2 ** 32)) << BigInt(draw(33)), true);
  return copy;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
