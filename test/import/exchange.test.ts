import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { tableFromColumns } from '../../src/data/table/table.ts';
import { fromExchange } from '../../src/import/exchange.ts';
import { importedModel } from '../../src/import/foreign-model.ts';
import { predictTable } from '../../src/train/trained-model.ts';
import { fixture, recorded } from './recorded.ts';

const text = (name: string) => new TextDecoder().decode(fixture(name));

describe('an exchange file', () => {
  it.each(['classifier', 'regressor'] as const)('gives the predictions of scikit-learn: %s', async (name) => {
    const { saved } = importedModel(fromExchange(text(`${name}.json`)));
    const table = tableFromColumns(
      Object.fromEntries(
        ['a', 'b', 'c'].map((column, place) => [column, recorded.x.map((row) => row[place])]),
      ),
    );
    const { outputs, labels } = await predictTable(saved.model, table);
    outputs.forEach(([output], row) => {
      const [expected] = recorded[name][row] as [number];
      // scikit-learn computes in double precision, Shoal in single.
      expect(Math.abs((output as number) - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
      if (name === 'classifier') expect(labels?.[row]).toBe(expected > 0.5 ? 'yes' : 'no');
    });
  });

  it('may leave out everything but the layers', () => {
    const { saved, remarks } = importedModel(
      fromExchange('{"format": "shoal-exchange/1", "layers": [{"kernel": [[1], [2]]}]}'),
    );
    const { network, loss, weights, preprocessing } = saved.model;
    expect(network.layers).toMatchObject([{ activation: { name: 'linear' }, useBias: false }]);
    expect(loss.name).toBe('mean_squared_error');
    expect([...weights]).toEqual([1, 2]);
    expect(preprocessing?.target.task).toBe('regression');
    expect(remarks).toHaveLength(2);
  });

  it('with labels and a linear output holds logits', () => {
    const file = {
      format: 'shoal-exchange/1',
      layers: [{ kernel: [[1, 2, 3]], bias: [0, 0, 0] }],
      labels: [1, 2, 3],
    };
    const { loss, labels } = fromExchange(JSON.stringify(file));
    expect(loss.name).toBe('categorical_crossentropy');
    expect(labels).toEqual(['1', '2', '3']);
  });
});

describe('an exchange file that breaks a rule', () => {
  const layer = { kernel: [[1], [2]], bias: [0], activation: 'relu' };
  const file = { format: 'shoal-exchange/1', layers: [layer] };
  it.each<[string, unknown, string]>([
    ['no JSON', '{"layers": [NaN]}', 'the file must be JSON (which knows no NaN or Infinity)'],
    ['a list', [], 'the file must be an object, got a list'],
    ['another format', { ...file, format: 'shoal-exchange/2' }, 'format must be "shoal-exchange/1", got'],
    ['an unknown field', { ...file, lables: ['a'] }, 'did you mean labels?'],
    ['no layers', { ...file, layers: [] }, 'the model must have at least one dense layer'],
    ['layers that are none', { ...file, layers: [1] }, 'layers[0] must be an object, got 1'],
    ['an unknown field of a layer', { ...file, layers: [{ ...layer, weights: [] }] }, 'got weights'],
    [
      'an empty kernel',
      { ...file, layers: [{ kernel: [] }] },
      'layers[0].kernel must be inputs x units numbers',
    ],
    [
      'a ragged kernel',
      { ...file, layers: [{ kernel: [[1], [2, 3]] }] },
      'layers[0].kernel[1] must have 1 numbers as the row before, got 2',
    ],
    [
      'text in a kernel',
      { ...file, layers: [{ kernel: [['1']] }] },
      'layers[0].kernel[0][0] must be a finite number',
    ],
    [
      'a number beyond single precision',
      { ...file, layers: [{ kernel: [[1e39]] }] },
      'must fit in single precision',
    ],
    [
      'a bias of another size',
      { ...file, layers: [{ ...layer, bias: [1, 2] }] },
      'each of the 1 units, got 2',
    ],
    [
      'layers that do not fit',
      { ...file, layers: [layer, layer] },
      'the kernel of layers[1] must have 1 rows, one for each unit before it, got 2',
    ],
    [
      'an unknown activation',
      { ...file, layers: [{ ...layer, activation: 'exp' }] },
      'layers[0].activation: activation must be one of',
    ],
    ['a scaler of another size', { ...file, scaler: { mean: [1] } }, "the scaler's mean must be 2 numbers"],
    ['a scaler that divides by zero', { ...file, scaler: { scale: [1, 0] } }, 'scaler.scale[1]'],
    ['names of another number', { ...file, features: ['a'] }, 'the features must be 2 names'],
    ['names twice', { ...file, features: ['a', 'a'] }, 'twice'],
    ['labels for a relu', { ...file, labels: ['a', 'b'] }, 'the labels must be left out for a regression'],
    ['labels that are truths', { ...file, labels: [true, false] }, 'write str(label) for each'],
    [
      'several labels a row',
      { ...file, layers: [{ kernel: [[1, 2]], activation: 'logistic' }] },
      'a model without softmax must have one output, got 2',
    ],
  ])('%s', (_, value, message) => {
    const read = () => importedModel(fromExchange(typeof value === 'string' ? value : JSON.stringify(value)));
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });
});
