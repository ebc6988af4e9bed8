import { describe, expect, it } from 'vitest';
import {
  cpuEngine,
  fit,
  mlp,
  predictTable,
  prepareTable,
  tableFromColumns,
  UsageError,
} from '../../src/index.ts';

const table = tableFromColumns({
  n: Array.from({ length: 60 }, (_, i) => i % 10),
  colour: Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 'red' : 'blue')),
  answer: Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 'yes' : 'no')),
});
const { preprocessor, target, training, validation } = prepareTable(table, { target: 'answer' });
const options = {
  ...training,
  validation,
  engine: cpuEngine(),
  loss: 'binary_crossentropy',
  optimizer: { name: 'adam', learningRate: 0.05 },
  epochs: 60,
} as const;
const network = mlp({ inputs: 3, hidden: [4], outputs: 1, outputActivation: 'sigmoid' });

describe('predictTable', () => {
  it('predicts labels from raw rows through the preprocessing that the model carries', async () => {
    const model = await fit(network, { ...options, preprocessing: { preprocessor, target } });
    const fresh = tableFromColumns({ colour: ['red', 'blue'], n: [3, 4] });
    const { labels, rows } = await predictTable(model, fresh);
    expect(labels).toEqual(['yes', 'no']);
    expect(Array.from(rows)).toEqual([0, 1]);
    await expect(predictTable(model, tableFromColumns({ n: [1] }))).rejects.toThrow(/no column "colour"/);
  });

  it('refuses a model without preprocessing', async () => {
    await expect(predictTable(await fit(network, options), table)).rejects.toThrow(UsageError);
  });
});
