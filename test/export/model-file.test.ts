import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { readModel, writeModel } from '../../src/export/model-file.ts';
import { readSafetensors } from '../../src/export/safetensors/read.ts';
import { writeSafetensors } from '../../src/export/safetensors/write.ts';
import type { SavedModel } from '../../src/export/saved-model.ts';
import { cpuEngine, fit, mlp, predictTable, prepareTable, tableFromColumns } from '../../src/index.ts';
import { mutatedBytes } from './mutations.ts';

const table = tableFromColumns({
  size: [1, 2, null, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  colour: ['red', 'blue', 'red', null, 'blue', 'red', 'red', 'blue', 'red', 'blue', 'red', 'blue'],
  answer: ['no', 'no', 'no', 'yes', 'no', 'yes', 'yes', 'no', 'yes', 'yes', 'yes', 'yes'],
});
const prepared = prepareTable(table, { target: 'answer', missing: 'median', testSize: 0.25 });
const { preprocessor, target, training, validation } = prepared;
const trained = await fit(
  mlp({ inputs: 3, hidden: [4], outputs: 1, outputActivation: 'sigmoid', dropout: 0.1 }),
  {
    engine: cpuEngine(),
    ...training,
    validation,
    loss: 'binary_crossentropy',
    epochs: 3,
    preprocessing: { preprocessor, target },
  },
);
const saved: SavedModel = {
  model: { ...trained, history: { ...trained.history, metrics: { loss: [0.7, Number.NaN, 0.5] } } },
  origin: {
    createdBy: 'shoal 0.0.0',
    data: { file: 'a.csv', sha256: 'ab', trainingRows: 9, heldOutRows: 3, prepare: { target: 'answer' } },
    training: { epochs: 3 },
    scores: { accuracy: 0.5, rocAuc: Number.NaN },
  },
};
const file = writeModel(saved);

/** The file with another text in its metadata; undefined takes it out. */
function changed(key: string, change: (value: string) => string | undefined): Uint8Array {
  const { tensors, metadata } = readSafetensors(file);
  const { [key]: value = '', ...others } = metadata;
  const text = change(value);
  return writeSafetensors({ tensors, metadata: { ...others, ...(text !== undefined && { [key]: text }) } });
}

/** The file with one field of its metadata changed: a path of names, such as `network.layers.0.units`. */
function withField(path: string, value: unknown): Uint8Array {
  const [key = '', ...names] = path.split('.');
  return changed(key, (text) => {
    const document = JSON.parse(text);
    const last = names.pop() ?? '';
    const holder = names.reduce((node, name) => node[name], document);
    if (value === undefined) delete holder[last];
    else holder[last] = value;
    return JSON.stringify(document);
  });
}

describe('a model file', () => {
  it('holds all of a model: the same predictions, and where it came from', async () => {
    const { model, origin } = readModel(file);
    expect(origin).toEqual(saved.origin);
    expect(model.history).toEqual(saved.model.history);
    expect([model.network, model.loss, model.weights]).toEqual([
      trained.network,
      trained.loss,
      trained.weights,
    ]);
    expect(await predictTable(model, table)).toEqual(await predictTable(trained, table));
    expect(writeModel({ model, origin })).toEqual(file);
  });

  it('may hold a model without preprocessing', () => {
    const { preprocessing: _, ...bare } = saved.model;
    expect(readModel(writeModel({ ...saved, model: bare })).model).not.toHaveProperty('preprocessing');
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['of something else', changed('shoal_model', () => undefined), /must have shoal_model .* something else/],
    ['of a later version', changed('shoal_model', () => '2'), /must be 1, got "2"; use a newer Shoal/],
    ['without a network', changed('network', () => undefined), /metadata must have network/],
    [
      'whose network is no JSON',
      changed('network', (text) => text.slice(1)),
      /network in the metadata must be JSON/,
    ],
    ['without a history', changed('history', () => undefined), /metadata must have history/],
    ['without an origin', changed('origin', () => undefined), /metadata must have origin/],
    [
      'with a layer of no units',
      withField('network.layers.0.units', 0),
      /units must be a whole number of at least 1/,
    ],
    [
      'with an enormous layer',
      withField('network.layers.0.units', 1e15),
      /layers\[1\]\.inputs must be the 1000000000000000 outputs/,
    ],
    [
      'with inputs that it has no weights for',
      withField('network.inputs', 1e12),
      /layers\[0\]\.inputs must be the 1000000000000/,
    ],
    [
      'with another number of inputs',
      withField('network.inputs', 4),
      /layers\[0\]\.inputs must be the 4 outputs/,
    ],
    [
      'with an unknown activation',
      withField('network.layers.0.activation', { name: 'rellu', parameter: 0 }),
      /did you mean relu/,
    ],
    [
      'with a field that a layer has not',
      withField('network.layers.0.code', 'x'),
      /must have options from .* got code/,
    ],
    [
      'with a bias that it has no tensor for',
      withField('network.layers.0.useBias', false),
      /has no tensor "layers\.0\.bias"/,
    ],
    [
      'with a loss that does not fit',
      withField('loss.name', 'categorical_crossentropy'),
      /activation must be softmax/,
    ],
    [
      'with a column of another kind',
      withField('preprocessing.preprocessor.columns.0.kind', 'date'),
      /columns\[0\]\.kind must be one of numeric, categorical/,
    ],
    [
      'with a column twice',
      withField('preprocessing.preprocessor.columns.1.name', 'size'),
      /got "size" twice/,
    ],
    [
      'with a fill that is no category',
      withField('preprocessing.preprocessor.columns.1.fill', 'green'),
      /must be one of the column's categories/,
    ],
    [
      'with a fill that is a text',
      withField('preprocessing.preprocessor.columns.0.fill', 'x'),
      /fill must be a finite number/,
    ],
    ['without a fill', withField('preprocessing.preprocessor.columns.0.fill', undefined), /must have fill/],
    [
      'with a category twice',
      withField('preprocessing.preprocessor.columns.1.categories', ['red', 'red']),
      /categories must differ/,
    ],
    [
      'with more features than inputs',
      withField('preprocessing.preprocessor.columns.1.categories', ['red', 'blue', 'grey']),
      /number for each of the 4 features, got 3/,
    ],
    [
      'with a scale of zero',
      withField('preprocessing.preprocessor.scaler.scale.0', 0),
      /scale\[0\] must be a finite number above 0/,
    ],
    [
      'with a mean that is null',
      withField('preprocessing.preprocessor.scaler.mean.0', null),
      /mean\[0\] must be a finite number/,
    ],
    [
      'with another schema',
      withField('preprocessing.preprocessor.schemaVersion', 2),
      /schemaVersion must be 1/,
    ],
    [
      'with an unknown policy',
      withField('preprocessing.preprocessor.missing', 'guess'),
      /missing must be one of error, median/,
    ],
    [
      'with three labels of two classes',
      withField('preprocessing.target.labels', ['a', 'b', 'c']),
      /must fit a binary target, got 3/,
    ],
    ['with an unknown task', withField('preprocessing.target.task', 'ranking'), /task must be one of binary/],
    [
      'with labels that are numbers',
      withField('preprocessing.target.labels', [0, 1]),
      /labels\[0\] must be a text/,
    ],
    [
      'with a history of texts',
      withField('history.metrics.loss.0', 'low'),
      /metrics\.loss must hold numbers/,
    ],
    ['with half an epoch', withField('history.epochs', 0.5), /epochs must be a whole number/],
    ['with an origin that says no maker', withField('origin.createdBy', 7), /createdBy must be a text/],
    [
      'with an origin without a hash',
      withField('origin.data.sha256', undefined),
      /origin\.data must have sha256/,
    ],
    ['with scores that are texts', withField('origin.scores.accuracy', 'good'), /accuracy must hold numbers/],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => readModel(bytes)).toThrow(UsageError);
    expect(() => readModel(bytes)).toThrow(message);
  });

  it('whose tensors do not fit the network is refused', () => {
    const { tensors, metadata } = readSafetensors(file);
    const kernel = tensors.get('layers.0.kernel');
    if (!kernel) throw new Error('the file has a kernel');
    const withKernel = (tensor: typeof kernel) =>
      writeSafetensors({ metadata, tensors: new Map([...tensors, ['layers.0.kernel', tensor]]) });
    expect(() => readModel(withKernel({ ...kernel, shape: [4, 3] }))).toThrow(
      /must be F32 \[3,4\], got F32 \[4,3\]/,
    );
    expect(() => readModel(withKernel({ ...kernel, dtype: 'I32' }))).toThrow(/got I32/);
    const fewer = new Map([...tensors].filter(([name]) => name !== 'layers.0.kernel'));
    expect(() => readModel(writeSafetensors({ metadata, tensors: fewer }))).toThrow(
      /must have a tensor layers\.0\.kernel/,
    );
  });

  it('is read or refused by name, whatever changes of its metadata make of it', () => {
    const keys = ['network', 'loss', 'preprocessing', 'history', 'origin'];
    const outcomes = { read: 0, refused: 0 };
    for (let seed = 0; seed < 30_000; seed++) {
      const text = (value: string) =>
        new TextDecoder().decode(mutatedBytes(new TextEncoder().encode(value), seed));
      const bytes = changed(keys[seed % keys.length] as string, text);
      try {
        readModel(bytes);
        outcomes.read++;
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        outcomes.refused++;
      }
    }
    expect(outcomes.read).toBeGreaterThan(300);
    expect(outcomes.refused).toBeGreaterThan(15_000);
  }, 60_000);
});
