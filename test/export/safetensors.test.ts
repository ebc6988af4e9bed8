import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { readSafetensors } from '../../src/export/safetensors/read.ts';
import type { Safetensors, Tensor } from '../../src/export/safetensors/types.ts';
import { writeSafetensors } from '../../src/export/safetensors/write.ts';
import { fileOf, hostileFiles, oddFiles } from './hostile-files.ts';
import { mutated } from './mutations.ts';
import recorded from './safetensors.json' with { type: 'json' };

/** What Python's safetensors said of each file. */
const verdicts = new Map(Object.entries(recorded.verdicts));
const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

describe('a safetensors file', () => {
  it('that Python wrote is read', () => {
    const { tensors, metadata } = readSafetensors(bytes(recorded.written.file));
    expect(metadata).toEqual(recorded.written.metadata);
    const read = [...tensors].map(([name, { dtype, shape, bytes: data }]) => {
      return [name, { dtype, shape, bytes: Buffer.from(data).toString('hex') }];
    });
    expect(Object.fromEntries(read)).toEqual(recorded.written.tensors);
  });

  it('comes back as it was written', () => {
    const tensor = fc
      .array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 })
      .chain((shape) =>
        fc.tuple(fc.constant(shape), fc.constantFrom('F32', 'F64', 'U8', 'I64'), fc.nat(255)),
      );
    const sizes = { F32: 4, F64: 8, U8: 1, I64: 8 } as const;
    const contents = fc.record({
      tensors: fc.dictionary(fc.string({ unit: 'grapheme' }), tensor, { maxKeys: 6 }),
      metadata: fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' })),
    });
    fc.assert(
      fc.property(contents, ({ tensors, metadata }) => {
        const written: Safetensors = {
          tensors: new Map(
            Object.entries(tensors).map(([name, [shape, kind, byte]]): [string, Tensor] => {
              const dtype = kind as keyof typeof sizes;
              const size = shape.reduce((product, length) => product * length, sizes[dtype]);
              return [name, { dtype, shape, bytes: new Uint8Array(size).fill(byte) }];
            }),
          ),
          metadata: { ...metadata },
        };
        const read = readSafetensors(writeSafetensors(written));
        expect(new Map(read.tensors)).toEqual(written.tensors);
        expect({ ...read.metadata }).toEqual(written.metadata);
      }),
    );
  });

  it.each(oddFiles)('may have $name', ({ name, bytes: file, size }) => {
    const { tensors } = readSafetensors(file);
    const total = [...tensors.values()].reduce((sum, tensor) => sum + tensor.bytes.length, 0);
    expect(total).toBe(size);
    expect(Object.prototype).not.toHaveProperty('dtype');
    expect(verdicts.get(name)).toBe('read');
  });

  it('is refused wherever Python refuses it, and where Python reads what the format forbids', () => {
    expect(hostileFiles.length).toBeGreaterThanOrEqual(60);
    const known = hostileFiles.map(({ name }) => name);
    expect([...verdicts.keys()]).toEqual([...known, ...oddFiles.map(({ name }) => name)]);
    expect(known.filter((name) => verdicts.get(name) === 'read')).toEqual([
      'a space before the header',
      'line ends as padding',
      'tabs as padding',
      'a tensor twice',
      'a tensor twice, once escaped',
      'a metadata key twice',
      'metadata as null',
      'an unknown field',
    ]);
  });

  it.each(hostileFiles.map((file) => [file.name, file] as const))('is refused with %s', (_, file) => {
    expect(() => readSafetensors(file.bytes)).toThrow(UsageError);
    expect(() => readSafetensors(file.bytes)).toThrow(file.message);
  });

  it('is read or refused by name, whatever a million changes make of it', () => {
    const seeds = [bytes(recorded.written.file), fileOf(exampleHeader, 24)];
    const outcomes = { read: 0, refused: 0 };
    for (let seed = 0; seed < 1_000_000; seed++) {
      const file = mutated(seeds[(seed >> 1) % 2] as Uint8Array, seed);
      outcomes[outcomeOf(file)]++;
    }
    // Changes of names, metadata and data leave a file that can be read; were there none, the changes would be too coarse.
    expect(outcomes.read).toBeGreaterThan(20_000);
    expect(outcomes.refused).toBeGreaterThan(500_000);
  }, 120_000);
});

const exampleHeader =
  '{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"U8","shape":[8],"data_offsets":[16,24]}}';

/** Reads a file; what comes must lie in it, and be all of it. */
function outcomeOf(file: Uint8Array): 'read' | 'refused' {
  try {
    const { tensors } = readSafetensors(file);
    let size = 0;
    for (const tensor of tensors.values()) {
      if (tensor.bytes.buffer !== file.buffer) throw new Error('a tensor is no view of the file');
      size += tensor.bytes.length;
    }
    const header = Number(new DataView(file.buffer).getBigUint64(0, true));
    if (8 + header + size !== file.length) throw new Error(`read ${size} bytes of ${file.length}`);
    return 'read';
  } catch (error) {
    if (error instanceof UsageError) return 'refused';
    throw error;
  }
}
