/** A file that the format forbids, and what must be said of it. */
export interface HostileFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly message: RegExp;
}

/** A safetensors file of any header and data, with the length that it claims to have. */
export function fileOf(header: string | Uint8Array, data = 0, claimed?: bigint): Uint8Array {
  const bytes = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + bytes.length + data);
  new DataView(file.buffer).setBigUint64(0, claimed ?? BigInt(bytes.length), true);
  file.set(bytes, 8);
  return file;
}

const entry = (dtype: unknown, shape: unknown, offsets: unknown) =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });
const one = (text: string) => `{"a":${text}}`;
const two = (a: string, b: string) => `{"a":${a},"b":${b}}`;
const floats = entry('F32', [2], [0, 8]);
const bytesOf = (...parts: readonly (string | readonly number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : part)));

const hostile = (name: string, bytes: Uint8Array, message: RegExp): HostileFile => ({ name, bytes, message });

const lengths = [
  hostile('nothing at all', new Uint8Array(0), /at least 8 bytes.*got 0/),
  hostile('seven bytes', new Uint8Array(7), /at least 8 bytes.*got 7/),
  hostile('a header of no bytes', fileOf(''), /must begin with \{/),
  hostile('a header longer than the file', fileOf('{}', 0, 3n), /3 bytes must be in the file, got 2/),
  hostile('a header far longer than the file', fileOf('{}', 0, 99_999_999n), /must be in the file, got 2/),
  hostile('a header above 100 MB', fileOf('{}', 0, 100_000_001n), /at most 100000000 bytes, got 100000001/),
  hostile(
    'a header of 2^63 bytes',
    fileOf('{}', 0, 2n ** 63n),
    /at most 100000000 bytes, got 9223372036854775808/,
  ),
  hostile('a header of 2^64 - 1 bytes', fileOf('{}', 0, 2n ** 64n - 1n), /at most 100000000 bytes/),
  hostile(
    'a length that is too small by one',
    fileOf(one(floats), 8, BigInt(one(floats).length - 1)),
    /must (end with|be JSON)/,
  ),
  hostile(
    'a length that is too large by one',
    fileOf(one(floats), 8, BigInt(one(floats).length + 1)),
    /must end with \}/,
  ),
  hostile('no data', fileOf(one(floats), 0), /must fill the 0 bytes after the header, got 8/),
  hostile('data cut off', fileOf(one(floats), 7), /must fill the 7 bytes/),
  hostile('something after the data', fileOf(one(floats), 9), /must fill the 9 bytes/),
  hostile('data without tensors', fileOf('{}', 1), /must fill the 1 bytes/),
];

const texts = [
  hostile('a list as header', fileOf('[]'), /must begin with \{/),
  hostile('null as header', fileOf('null'), /must begin with \{/),
  hostile('a space before the header', fileOf(' {}'), /must begin with \{/),
  hostile('a byte order mark', fileOf('\ufeff{}'), /must begin with \{/),
  hostile('line ends as padding', fileOf('{}\n\n'), /must end with \}/),
  hostile('tabs as padding', fileOf('{}\t'), /must end with \}/),
  hostile('zeros as padding', fileOf('{}\0\0'), /must end with \}/),
  hostile('a byte that is no UTF-8', fileOf(bytesOf('{"', [0xff], `":${floats}}`), 8), /must be UTF-8/),
  hostile('an overlong zero', fileOf(bytesOf('{"', [0xc0, 0x80], `":${floats}}`), 8), /must be UTF-8/),
  hostile(
    'a surrogate in UTF-8',
    fileOf(bytesOf('{"', [0xed, 0xa0, 0x80], `":${floats}}`), 8),
    /must be UTF-8/,
  ),
  hostile('half a surrogate pair', fileOf(`{"\\ud800":${floats}}`, 8), /must be Unicode/),
  hostile('a comma at the end', fileOf(`{"a":${floats},}`, 8), /must be JSON/),
  hostile('a comment', fileOf(`{/**/"a":${floats}}`, 8), /objects, lists, texts and whole numbers only/),
  hostile('single quotes', fileOf("{'a':1}"), /objects, lists, texts and whole numbers only/),
  hostile('an object that never ends', fileOf(`{"a":${floats}`, 8), /must be JSON/),
  hostile('a text that never ends', fileOf('{"a}'), /must be JSON/),
  hostile('a bad escape', fileOf('{"\\x":{}}'), /must be JSON/),
  hostile('a control character in a text', fileOf('{"\u0001":{}}'), /must be JSON/),
  hostile('NaN', fileOf(one('NaN')), /whole numbers only, got "NaN/),
  hostile('a text after the header', fileOf('{}{}'), /must be JSON/),
  hostile('lists in lists, 100,000 deep', fileOf(one('['.repeat(1e5) + ']'.repeat(1e5))), /levels deep/),
  hostile(
    'objects in objects, 100,000 deep',
    fileOf('{"a":'.repeat(1e5) + '}'.repeat(1e5)),
    /levels deep|JSON/,
  ),
];

const twice = [
  hostile('a tensor twice', fileOf(`{"a":${floats},"a":${floats}}`, 8), /once in its object, got "a" twice/),
  hostile('a tensor twice, once escaped', fileOf(`{"a":${floats},"\\u0061":${floats}}`, 8), /twice/),
  hostile('metadata twice', fileOf('{"__metadata__":{},"__metadata__":{}}'), /"__metadata__" twice/),
  hostile('a field twice', fileOf(one(`{"dtype":"F32",${floats.slice(1)}`), 8), /"dtype" twice/),
  hostile('a metadata key twice', fileOf('{"__metadata__":{"k":"1","k":"2"}}'), /"k" twice/),
];

const metadata = [
  hostile('metadata as a list', fileOf('{"__metadata__":[]}'), /__metadata__ must be an object/),
  hostile('metadata as a text', fileOf('{"__metadata__":"x"}'), /__metadata__ must be an object/),
  hostile('metadata as null', fileOf('{"__metadata__":null}'), /got "null/),
  hostile(
    'a number in the metadata',
    fileOf('{"__metadata__":{"k":1}}'),
    /must hold texts only, got 1 for "k"/,
  ),
  hostile('an object in the metadata', fileOf('{"__metadata__":{"k":{}}}'), /must hold texts only/),
];

const fields = [
  hostile('a tensor that is null', fileOf(one('null')), /got "null/),
  hostile('a tensor that is a list', fileOf(one('[]')), /tensor "a" must be an object/),
  hostile('a tensor that is a number', fileOf(one('8'), 8), /tensor "a" must be an object/),
  hostile('no dtype', fileOf(one('{"shape":[2],"data_offsets":[0,8]}'), 8), /must have dtype/),
  hostile('no shape', fileOf(one('{"dtype":"F32","data_offsets":[0,8]}'), 8), /must have shape/),
  hostile('no offsets', fileOf(one('{"dtype":"F32","shape":[2]}'), 8), /must have data_offsets/),
  hostile(
    'an unknown field',
    fileOf(one(`{"code":"x",${floats.slice(1)}`), 8),
    /must have options from dtype.* got code/,
  ),
  hostile('an unknown dtype', fileOf(one(entry('F31', [2], [0, 8])), 8), /dtype must be one of .* got "F31"/),
  hostile('a dtype in small letters', fileOf(one(entry('f32', [2], [0, 8])), 8), /dtype must be one of/),
  hostile('a dtype of JavaScript', fileOf(one(entry('toString', [2], [0, 8])), 8), /dtype must be one of/),
  hostile('a dtype that is a number', fileOf(one(entry(32, [2], [0, 8])), 8), /dtype must be one of/),
];

const shapes = [
  hostile('a shape that is a text', fileOf(one(entry('F32', '2', [0, 8])), 8), /shape must be a list/),
  hostile('a negative length', fileOf(one(entry('F32', [-2], [0, 8])), 8), /whole numbers only, got "-2/),
  hostile('a negative zero', fileOf(one('{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}')), /got "-0/),
  hostile('half an element', fileOf(one(entry('F32', [0.5], [0, 2])), 2), /got "\.5/),
  hostile('an exponent', fileOf(one('{"dtype":"F32","shape":[2e0],"data_offsets":[0,8]}'), 8), /got "e0/),
  hostile('a length as text', fileOf(one(entry('F32', ['2'], [0, 8])), 8), /shape must hold whole numbers/),
  hostile('a length that is null', fileOf(one(entry('F32', [null], [0, 8])), 8), /got "null/),
  hostile('a length that is true', fileOf(one(entry('F32', [true], [0, 8])), 8), /got "true/),
  hostile('a list as length', fileOf(one(entry('F32', [[2]], [0, 8])), 8), /levels deep|hold whole numbers/),
  hostile(
    'a length above 2^53',
    fileOf(one('{"dtype":"U8","shape":[9007199254740993],"data_offsets":[0,0]}')),
    /whole numbers up to 2\^53/,
  ),
  hostile(
    'a product that wraps around to 4 in 64 bits',
    fileOf(one(entry('U8', [4194305, 4194305, 211106198978564], [0, 4])), 4),
    /fewer than 2\^53 bits/,
  ),
  hostile(
    'bits that wrap around to 0',
    fileOf(one(entry('F64', [2 ** 52, 2 ** 12], [0, 0]))),
    /fewer than 2\^53 bits/,
  ),
  hostile('half a byte', fileOf(one(entry('F4', [3], [0, 2])), 2), /must fill whole bytes, got 12 bits/),
  hostile(
    'more elements than bytes',
    fileOf(one(entry('F32', [3], [0, 8])), 8),
    /span the 12 bytes of F32 \[3\], got 8/,
  ),
  hostile('fewer elements than bytes', fileOf(one(entry('F32', [1], [0, 8])), 8), /span the 4 bytes/),
  hostile('a scalar of 8 bytes', fileOf(one(entry('F32', [], [0, 8])), 8), /span the 4 bytes of F32 \[\]/),
];

const offsets = [
  hostile('one offset', fileOf(one(entry('F32', [2], [8])), 8), /must be a start and an end/),
  hostile('three offsets', fileOf(one(entry('F32', [2], [0, 8, 8])), 8), /must be a start and an end/),
  hostile(
    'offsets in the wrong order',
    fileOf(one(entry('F32', [2], [8, 0])), 8),
    /must be a start and an end/,
  ),
  hostile('a negative offset', fileOf(one(entry('F32', [2], [-8, 0])), 8), /got "-8/),
  hostile(
    'offsets as texts',
    fileOf(one(entry('F32', [2], ['0', '8'])), 8),
    /data_offsets must hold whole numbers/,
  ),
  hostile(
    'offsets as an object',
    fileOf(one('{"dtype":"F32","shape":[2],"data_offsets":{}}'), 8),
    /must be a list/,
  ),
  hostile('a fraction of an offset', fileOf(one(entry('U8', [1], [0.5, 1.5])), 2), /got "\.5/),
  hostile(
    'offsets beyond the file',
    fileOf(one(entry('F32', [2], [8, 16])), 8),
    /must begin where .* at 0, got 8 \(a gap\)/,
  ),
  hostile(
    'offsets far beyond the file',
    fileOf(one(entry('U8', [4e9], [0, 4e9])), 8),
    /must fill the 8 bytes .* got 4000000000/,
  ),
  hostile('a gap at the start', fileOf(one(entry('F32', [1], [4, 8])), 8), /a gap/),
  hostile(
    'a gap in the middle',
    fileOf(two(entry('F32', [1], [0, 4]), entry('F32', [1], [8, 12])), 12),
    /tensor "b".* a gap|a gap/,
  ),
  hostile(
    'an overlap',
    fileOf(two(floats, entry('F32', [1], [4, 8])), 8),
    /tensor "b" .* at 8, got 4 \(an overlap\)/,
  ),
  hostile('the same bytes twice', fileOf(two(floats, floats), 8), /an overlap/),
  hostile(
    'nothing in the middle of a tensor',
    fileOf(two(floats, entry('F32', [0], [4, 4])), 8),
    /an overlap/,
  ),
];

/** Files that break a rule of the format each. */
export const hostileFiles: readonly HostileFile[] = [
  ...lengths,
  ...texts,
  ...twice,
  ...metadata,
  ...fields,
  ...shapes,
  ...offsets,
];

const byte = (offsets: readonly number[]) => entry('U8', [offsets[1] === offsets[0] ? 0 : 1], offsets);

/** Files that look odd and break no rule, with the bytes of their tensors. */
export const oddFiles: readonly {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly size: number;
}[] = [
  { name: 'nothing', bytes: fileOf('{}'), size: 0 },
  { name: 'spaces after the header', bytes: fileOf('{}      '), size: 0 },
  { name: 'white space in the header', bytes: fileOf(`{\n"a" :\t${byte([0, 1])} }`, 1), size: 1 },
  { name: 'a scalar', bytes: fileOf(one(entry('F32', [], [0, 4])), 4), size: 4 },
  { name: 'a tensor without elements', bytes: fileOf(one(entry('F32', [0, 9], [0, 0]))), size: 0 },
  {
    name: 'tensors in another order than their data',
    bytes: fileOf(two(byte([1, 2]), byte([0, 1])), 2),
    size: 2,
  },
  { name: 'elements of 4 bits', bytes: fileOf(one(entry('F4', [4], [0, 2])), 2), size: 2 },
  {
    name: 'names of JavaScript',
    bytes: fileOf(`{"__proto__":${byte([0, 1])},"constructor":${byte([1, 1])}}`, 1),
    size: 1,
  },
];
