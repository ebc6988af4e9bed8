import { createHash } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it, vi } from 'vitest';
import { fixedModel, fixedTable } from '../../scripts/interchange/fixed-model.ts';
import { toKeras } from '../../src/export/keras/to-keras.ts';
import { optimizer } from '../../src/model/optimizers.ts';
import { predictTable } from '../../src/train/trained-model.ts';
import { recorded } from '../import/recorded.ts';

/** What is in an archive; the data sets are read by the HDF5 library. */
async function contents(archive: Uint8Array) {
  const files = unzipSync(archive);
  const text = (name: string) => strFromU8(files[name] as Uint8Array);
  const { File, Dataset, ready } = await import('h5wasm');
  const { FS } = await ready;
  FS?.writeFile('test.h5', files['model.weights.h5'] as Uint8Array);
  const file = new File('test.h5', 'r');
  const values = (path: string) => {
    const item = file.get(path);
    return item instanceof Dataset ? { shape: item.shape, values: item.value } : undefined;
  };
  const found = new Map(file.paths().map((path) => [path, values(path)]));
  file.close();
  return { names: Object.keys(files), config: text('config.json'), metadata: text('metadata.json'), found };
}

describe('a model for Keras', () => {
  it('is the very file that Keras was recorded to open, and predicts as it did', async () => {
    const hash = createHash('sha256').update(toKeras(fixedModel())).digest('hex');
    // After a change on purpose: scripts/interchange/record_fixtures.py, with Keras.
    expect(hash).toBe(recorded.shoal_sha256);
    const { outputs } = await predictTable(fixedModel().model, fixedTable());
    outputs.flat().forEach((output, place) => {
      // Both compute in single precision.
      expect(Math.abs(output - (recorded.shoal.flat()[place] as number))).toBeLessThan(1e-6);
    });
  });

  it('is the same bytes whenever it is written', () => {
    const first = toKeras(fixedModel());
    vi.useFakeTimers({ now: new Date('2031-07-01T12:00:00Z') });
    try {
      expect(toKeras(fixedModel())).toEqual(first);
    } finally {
      vi.useRealTimers();
    }
  });

  it('holds every weight bit by bit, and the scaler in double precision', async () => {
    const saved = fixedModel();
    const { found } = await contents(toKeras(saved));
    const numbers = saved.model.network.layers.flatMap(({ inputs, units, useBias }, place) => {
      const group = `layers/dense${place === 0 ? '' : `_${place}`}/vars`;
      expect(found.get(`${group}/0`)?.shape).toEqual([inputs, units]);
      expect(found.has(`${group}/1`)).toBe(useBias);
      return [0, 1].flatMap((variable) => [
        ...((found.get(`${group}/${variable}`)?.values ?? []) as Float32Array),
      ]);
    });
    expect(Float32Array.from(numbers)).toEqual(saved.model.weights);
    const scaler = saved.model.preprocessing?.preprocessor.toJSON().scaler;
    expect(found.get('layers/normalization/vars/0')?.values).toEqual(Float64Array.from(scaler?.mean ?? []));
    expect(found.get('layers/normalization/vars/1')?.values).toEqual(
      Float64Array.from(scaler?.scale ?? [], (scale) => scale ** 2),
    );
  });

  it('has an optimizer that goes on at the last rate, with numbers that Python reads as floats', async () => {
    const { config, found } = await contents(toKeras(fixedModel()));
    expect(config).toMatch(/"class_name": "SGD",\s+"config": \{\s+"learning_rate": 0\.5,/);
    expect(config).toContain('"momentum": 1.0,');
    const matching = (pattern: RegExp) => [...found.keys()].filter((path) => pattern.test(path)).length;
    // Iterations, learning rate, and a momentum for each variable of the network.
    expect(matching(/^optimizer\/vars\/\d+$/)).toBe(2 + matching(/^layers\/dense\w*\/vars\/\d$/));
  });

  it.each([
    ['sgd', { name: 'sgd' }, 2],
    ['sgd with momentum', { name: 'sgd', momentum: 0.9 }, 4],
    ['rmsprop', { name: 'rmsprop' }, 4],
    ['rmsprop with both', { name: 'rmsprop', momentum: 0.9, centered: true }, 8],
    ['adam', { name: 'adam' }, 6],
    ['adam with amsgrad', { name: 'adam', amsgrad: true }, 8],
  ] as const)('has the variables that Keras 3.15.1 makes for %s', async (_, spec, count) => {
    const { model, origin } = fixedModel();
    const layers = model.network.layers.slice(-1);
    const network = { inputs: 13, layers };
    const weights = model.weights.slice(0, 13 * 3 + 3);
    const { preprocessing: _unused, ...rest } = { ...model, network, weights };
    const saved = { model: rest, origin: { ...origin, training: { optimizer: optimizer(spec) } } };
    const { found } = await contents(toKeras(saved));
    expect([...found.keys()].filter((path) => /optimizer\/vars\/\d+$/.test(path))).toHaveLength(count);
  });

  it('says what the numbers mean where Keras does not look', async () => {
    const { names, metadata } = await contents(toKeras(fixedModel()));
    expect(names.sort()).toEqual(['config.json', 'metadata.json', 'model.weights.h5']);
    expect(JSON.parse(metadata).shoal).toMatchObject({
      createdBy: 'shoal',
      features: ['size', 'colour=blue', 'colour=red', 'year'],
      preprocessing: { target: { name: 'kind', labels: ['ä', 'b', 'c'] } },
    });
  });

  it('refuses what Keras cannot compute', () => {
    const { model, origin } = fixedModel();
    const [first, ...others] = model.network.layers;
    const steep = { ...first, activation: { name: 'leaky_relu', parameter: -0.5 } } as typeof first;
    const network = { ...model.network, layers: steep ? [steep, ...others] : [] };
    expect(() => toKeras({ model: { ...model, network }, origin })).toThrow(
      'the slope of leaky_relu must be at least 0 for Keras, got -0.5',
    );
  });
});
