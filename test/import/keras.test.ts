import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { fixedModel, fixedTable } from '../../scripts/interchange/fixed-model.ts';
import { UsageError } from '../../src/core/errors.ts';
import { tableFromColumns } from '../../src/data/table/table.ts';
import { hdf5File } from '../../src/export/keras/hdf5.ts';
import { toKeras } from '../../src/export/keras/to-keras.ts';
import { importedModel, type ModelNames } from '../../src/import/foreign-model.ts';
import { readForeign } from '../../src/import/read-foreign.ts';
import { predictTable } from '../../src/train/trained-model.ts';
import { randomWords } from './random-words.ts';
import { fixture, recorded } from './recorded.ts';

const features = ['a', 'b', 'c'];
const table = tableFromColumns(
  Object.fromEntries(features.map((name, column) => [name, recorded.x.map((row) => row[column])])),
);

async function imported(file: Uint8Array, names?: ModelNames, weights?: Uint8Array) {
  return importedModel(readForeign(file, weights), names);
}

async function expectPredictions(file: Uint8Array, expected: number[][], weights?: Uint8Array) {
  const { saved } = await imported(file, { features }, weights);
  const { outputs } = await predictTable(saved.model, table);
  outputs.flat().forEach((output, place) => {
    // Both compute in single precision.
    expect(Math.abs(output - (expected.flat()[place] as number))).toBeLessThan(1e-6);
  });
  return saved.model;
}

describe('a model of Keras', () => {
  it('is read from a .keras archive: Normalization, LeakyReLU, dropout, penalties, a layer without bias', async () => {
    const { network, loss } = await expectPredictions(fixture('sequential.keras'), recorded.sequential);
    expect(loss).toEqual({ name: 'binary_crossentropy', labelSmoothing: 0.1 });
    expect(network.layers).toMatchObject([
      {
        units: 4,
        activation: { name: 'gelu' },
        dropout: 0.1,
        kernelPenalty: { l1: 0, l2: 0.01 },
      },
      { units: 3, activation: { name: 'leaky_relu', parameter: 0.1 }, useBias: false },
      { units: 1, activation: { name: 'sigmoid' } },
    ]);
  });

  it('is read from a configuration and its weights; logits become probabilities', async () => {
    const files = unzipSync(fixture('functional.zip'));
    const [config, weights] = [files['functional.json'], files['functional.weights.h5']];
    await expectPredictions(config as Uint8Array, recorded.functional, weights);
    const { remarks } = await imported(config as Uint8Array, { features }, weights);
    expect(remarks.join('\n')).toContain(
      'its outputs are logits in Keras; predictions are probabilities here',
    );
  });

  it('comes back from an export with the same bits and the same preprocessing', async () => {
    const { model } = fixedModel();
    const { saved, remarks } = await imported(toKeras({ model, origin: { createdBy: 'shoal 9' } }));
    expect(saved.model.weights).toEqual(model.weights);
    expect(saved.model.loss).toEqual(model.loss);
    expect(saved.origin.createdBy).toBe('shoal 9');
    const shape = model.network.layers.map(({ kernelInitializer, biasInitializer, ...layer }) => layer);
    const last = shape.at(-1);
    expect(saved.model.network.layers).toMatchObject([
      ...shape.slice(0, -1),
      // Its logits are probabilities in Keras.
      { ...last, activation: { name: 'softmax' } },
    ]);
    expect(remarks).toEqual([]);
    const before = await predictTable(model, fixedTable());
    expect(await predictTable(saved.model, fixedTable())).toEqual(before);
  });

  it('takes names, and says what it is not told', async () => {
    const file = fixture('sequential.keras');
    const { remarks, saved } = await imported(file);
    expect(remarks).toHaveLength(3);
    expect(saved.model.preprocessing?.preprocessor.featureNames).toEqual(['x0', 'x1', 'x2']);
    const named = await imported(file, { features, target: 'ill', labels: ['no', 'yes'] });
    expect(named.remarks).toEqual([]);
    expect(named.saved.model.preprocessing?.target).toEqual({
      name: 'ill',
      task: 'binary',
      labels: ['no', 'yes'],
    });
    await expect(imported(file, { features: ['a'] })).rejects.toThrow('the features must be 3 names');
    await expect(imported(file, { labels: ['a'] })).rejects.toThrow('the labels must be 2');
    await expect(imported(toKeras(fixedModel()), { features })).rejects.toThrow(
      '--features must be left out',
    );
  });
});

type Json = Record<string, unknown>;
type Layers = { class_name: string; config: Json }[];

/** The recorded archive with a changed configuration. */
function withConfig(change: (layers: Layers, config: Json) => void): Uint8Array {
  const files = unzipSync(fixture('sequential.keras'));
  const config = JSON.parse(strFromU8(files['config.json'] as Uint8Array));
  change(config.config.layers, config);
  return zipSync({ ...files, 'config.json': strToU8(JSON.stringify(config)) });
}

/** ... or with other weights. */
function withWeights(weights: Uint8Array): Uint8Array {
  return zipSync({ ...unzipSync(fixture('sequential.keras')), 'model.weights.h5': weights });
}

const layerAt = (layers: Layers, place: number) => layers[place] as Layers[number];

describe('what is no model that Shoal can have', () => {
  it.each<[string, (layers: Layers, config: Json) => void, string]>([
    [
      'another layer',
      (layers) => layers.splice(2, 0, { class_name: 'BatchNormalization', config: { name: 'bn' } }),
      'layer bn must be one of InputLayer, Normalization, Dense, Dropout, Activation, ReLU, LeakyReLU, ELU, Softmax, got "BatchNormalization"',
    ],
    [
      'a name that objects have',
      (layers) => layers.push({ class_name: 'toString', config: {} }),
      'got "toString"',
    ],
    [
      'another activation',
      (layers) => Object.assign(layerAt(layers, 2).config, { activation: 'mish' }),
      'the activation of layer dense must be one of linear, relu,',
    ],
    [
      'a parameter that Shoal lacks',
      (layers) =>
        Object.assign(layerAt(layers, 5), { class_name: 'ReLU', config: { name: 'r', max_value: 6 } }),
      'the activation of layer r must be one of',
    ],
    [
      'a setting that is not known',
      (layers) => Object.assign(layerAt(layers, 2).config, { quantization_config: { bits: 4 } }),
      'layer dense (Dense) must have settings from name, trainable,',
    ],
    [
      'half precision',
      (layers) => Object.assign(layerAt(layers, 2).config, { dtype: 'mixed_float16' }),
      'layer dense must compute in float32 or float64, got "mixed_float16"',
    ],
    [
      'other sizes than the weights have',
      (layers) => Object.assign(layerAt(layers, 2).config, { units: 5 }),
      'the kernel of layer dense must be inputs x 5 units, got [3,4]',
    ],
    ['a layer that is gone', (layers) => layers.splice(4, 2), 'layer dense_2 must have 2 variables, got 1'],
    [
      'a softmax in the middle',
      (layers) => Object.assign(layerAt(layers, 2).config, { activation: 'softmax' }),
      "softmax must be the output's activation",
    ],
    [
      'Normalization in the middle',
      (layers) => layers.splice(3, 0, ...layers.splice(1, 1)),
      'layer normalization (Normalization) must be the first layer',
    ],
    [
      'an activation behind an activation',
      (layers) => Object.assign(layerAt(layers, 4).config, { activation: 'relu' }),
      'must follow a Dense layer that has no activation of its own',
    ],
    [
      'pictures',
      (layers) => Object.assign(layerAt(layers, 0).config, { batch_shape: [null, 8, 8] }),
      'must take rows of numbers, got the shape "[null,8,8]"',
    ],
    [
      'a subclass',
      (_, config) => Object.assign(config, { class_name: 'MyModel' }),
      'must be Sequential or Functional',
    ],
    ['no layers', (layers) => layers.splice(0), 'the model must have at least one dense layer'],
  ])('%s', async (_, change, message) => {
    await expect(imported(withConfig(change))).rejects.toThrow(UsageError);
    await expect(imported(withConfig(change))).rejects.toThrow(message);
  });

  it('a graph that is no chain', async () => {
    const files = unzipSync(fixture('functional.zip'));
    const text = strFromU8(files['functional.json'] as Uint8Array);
    const skipping = text.replace(
      '"keras_history": ["dense_4", 0, 0]',
      '"keras_history": ["input_layer_1", 0, 0]',
    );
    expect(skipping).not.toBe(text);
    const read = () => readForeign(strToU8(skipping), files['functional.weights.h5']);
    expect(read).toThrow('only a chain of layers can be imported');
  });

  it('weights that are no numbers, no HDF5 file, or cut off', async () => {
    const dense = (value: number) => ({ shape: [3, 4], values: new Float32Array(12).fill(value) });
    const variables = (...values: ReturnType<typeof dense>[]) =>
      new Map([['vars', new Map(values.map((value, index) => [String(index), value]))]]);
    const scaler = { shape: [3], values: new Float32Array(3).fill(1) };
    const weights = (kernel: ReturnType<typeof dense>) =>
      hdf5File(
        new Map([
          [
            'layers',
            new Map([
              ['normalization', variables(scaler, scaler)],
              ['dense', variables(kernel, { shape: [4], values: new Float32Array(4) })],
            ]),
          ],
        ]),
      );
    await expect(imported(withWeights(weights(dense(Number.NaN))))).rejects.toThrow(
      'layers/dense/vars/0 must hold finite numbers in single precision, got NaN',
    );
    await expect(imported(withWeights(weights(dense(1))))).rejects.toThrow(
      'the weights must have a group layers/dense_1/vars for layer dense_1, got none',
    );
    const whole = unzipSync(fixture('sequential.keras'))['model.weights.h5'] as Uint8Array;
    await expect(imported(withWeights(whole.subarray(0, 9000)))).rejects.toThrow('the file is cut off');
    await expect(imported(withWeights(new Uint8Array(64)))).rejects.toThrow('must be an HDF5 file');
  });

  it('weights whose parts lead back to themselves', () => {
    const file = hdf5File(new Map([['layers', new Map()]]));
    const view = new DataView(file.buffer);
    const root = Number(view.getBigUint64(64, true));
    // The first message becomes the continuation of the header in the header itself.
    view.setUint16(root + 16, 16, true);
    view.setBigUint64(root + 24, BigInt(root + 16), true);
    view.setBigUint64(root + 32, 64n, true);
    expect(() => importedModel(readForeign(withWeights(file)))).toThrow('must not go round in circles');
  });

  it('configurations that nest without end, or have names that would fill the screen', async () => {
    const deep = `${'{"module":"","class_name":"Activation","config":{"activation":'.repeat(50_000)}0${'}}'.repeat(50_000)}`;
    const files = unzipSync(fixture('sequential.keras'));
    const config = strFromU8(files['config.json'] as Uint8Array);
    const nested = config.replace('"activation": "gelu"', `"activation": ${deep}`);
    expect(nested).not.toBe(config);
    const archive = zipSync({ ...files, 'config.json': strToU8(nested) });
    await expect(imported(archive)).rejects.toThrow('must not nest its parts so deeply');
    const name = 'x'.repeat(10_000);
    const long = withConfig((layers) => Object.assign(layerAt(layers, 2).config, { name }));
    await expect(imported(long)).rejects.toThrow('the name of layers[2] must be a line of up to 200 letters');
  });

  it('an archive that would fill the memory', async () => {
    const bomb = zipSync({ 'config.json': new Uint8Array(2 ** 24 + 1) });
    expect(bomb.length).toBeLessThan(100_000);
    expect(() => readForeign(bomb)).toThrow('config.json must have at most 16777216 bytes when unpacked');
  });

  it('other files, each with what to do', async () => {
    expect(() => readForeign(new Uint8Array([0x50, 0x4b, 3, 4, 9, 9]))).toThrow("model.save('model.keras')");
    expect(() => readForeign(zipSync({ 'word/document.xml': strToU8('x') }))).toThrow(
      'must hold config.json and model.weights.h5, got neither',
    );
    const { 'model.weights.h5': weights, 'config.json': config } = unzipSync(fixture('sequential.keras'));
    expect(() => readForeign(weights as Uint8Array)).toThrow('with --weights FILE');
    expect(() => readForeign(config as Uint8Array)).toThrow('--weights FILE');
    expect(() => readForeign(new Uint8Array([0xff, 0xfe, 0]))).toThrow('must be a .keras archive, or JSON');
  });

  it('damaged files: each gives the model or a UsageError', async () => {
    const whole = zipSync(unzipSync(fixture('sequential.keras')), { level: 0 });
    for (let trial = 0; trial < 400; trial++) {
      const damaged = whole.slice();
      for (const random of randomWords(trial, 3)) damaged[random % damaged.length] = random >>> 24;
      const result = await imported(damaged).catch((error: unknown) => error);
      if (result instanceof Error) expect(result).toBeInstanceOf(UsageError);
    }
  });
});
