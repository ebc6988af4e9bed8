import { describe, expect, it } from 'vitest';
import { explain } from '../../src/explain/explain.ts';
import {
  cpuEngine,
  DataError,
  fit,
  mlp,
  predict,
  predictTable,
  prepareTable,
  tableFromColumns,
  UsageError,
} from '../../src/index.ts';

const rows = 200;
const wave = (i: number, k: number) => Math.sin(12.9898 * (i + 1) * (k + 1) + k);
const columns = {
  colour: Array.from({ length: rows }, (_, i) => ['blue', 'green', 'red'][i % 3] as string),
  size: Array.from({ length: rows }, (_, i) => 100 + 20 * wave(i, 1)),
  noise: Array.from({ length: rows }, (_, i) => wave(i, 5)),
};
const answer = Array.from({ length: rows }, (_, i) =>
  (columns.colour[i] === 'red' ? 30 : 0) + (columns.size[i] ?? 0) > 110 ? 'yes' : 'no',
);
const table = tableFromColumns({ ...columns, answer }, 'answers.csv');
const unlabelled = tableFromColumns(columns, 'new.csv');

const prepared = prepareTable(table, { target: 'answer' });
const model = await fit(mlp({ inputs: 5, hidden: [8], outputs: 1, outputActivation: 'sigmoid' }), {
  ...prepared.training,
  loss: 'binary_crossentropy',
  preprocessing: prepared,
  epochs: 60,
  optimizer: { name: 'adam', learningRate: 0.01 },
  engine: cpuEngine(),
});

describe('explain', () => {
  it('says which columns matter and what they add, in one document', async () => {
    const found = await explain(model, table, { seed: 3 });
    expect(found).toMatchObject({
      data: { source: 'answers.csv', rows },
      target: { name: 'answer', labels: ['no', 'yes'] },
      outputs: ['yes'],
      columns: ['colour', 'size', 'noise'],
      notes: [],
    });
    expect(found.importance?.columns.map(({ isClear }) => isClear)).toEqual([true, true, false]);
    const sizes = found.summary?.shap?.sizes.map(({ mean }) => mean) ?? [];
    expect(Math.min(sizes[0] ?? 0, sizes[1] ?? 0)).toBeGreaterThan(5 * (sizes[2] ?? 1));
    expect(found.dependence.map(({ column }) => column).sort()).toEqual(['colour', 'noise', 'size']);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it('explains rows of which the answer is not known yet', async () => {
    const open = tableFromColumns({ ...columns, answer: answer.map((cell, i) => (i === 4 ? null : cell)) });
    const { rows: found } = await explain(model, open, { rows: [3, 4], methods: ['shap'] });
    expect(found.map(({ truth }) => truth)).toEqual([answer[3], undefined]);
    await expect(explain(model, open)).rejects.toThrow(DataError);
  });

  it('explains rows with their cells, from the background to the prediction', async () => {
    const { rows: found } = await explain(model, table, { rows: [5, 0], methods: ['shap', 'gradients'] });
    const { outputs } = await predictTable(model, table);
    expect(found.map(({ row }) => row)).toEqual([5, 0]);
    for (const { row, prediction, cells, truth, shap, gradients } of found) {
      expect(prediction).toBeCloseTo(outputs[row]?.[0] ?? 0, 6);
      expect(cells[0]).toBe(columns.colour[row]);
      expect(cells[1]).toBeCloseTo(columns.size[row] ?? 0, 4);
      expect(truth).toBe(answer[row]);
      for (const own of [shap, gradients]) {
        const sum = own?.values.reduce((total, value) => total + value, own.base) ?? 0;
        // What the integral may lack, as tolerance.
        expect(Math.abs(sum - prediction)).toBeLessThan(1e-3);
      }
    }
  });

  it('starts integrated gradients where categories have the shares of the rows', async () => {
    const { rows: found } = await explain(model, table, { rows: [0], methods: ['gradients'] });
    const { outputs } = await predictTable(model, table);
    const plain = [0, 0, 0, 0, 0];
    const [shares] = await predict(model, [[67 / 200, 67 / 200, 66 / 200, 0, 0]]);
    expect(found[0]?.gradients?.base).toBeCloseTo(shares?.[0] ?? 0, 6);
    expect(found[0]?.gradients?.base).not.toBeCloseTo((await predict(model, [plain]))[0]?.[0] ?? 0, 3);
    expect(found[0]?.prediction).toBeCloseTo(outputs[0]?.[0] ?? 0, 6);
  });

  it('needs the target for permutation importance only', async () => {
    const found = await explain(model, unlabelled);
    expect(found.importance).toBeUndefined();
    expect(found.summary?.shap?.values.length).toBe(rows);
    expect(found.notes).toEqual([
      'permutation importance needs the target "answer", which the table does not have',
    ]);
    await expect(explain(model, unlabelled, { methods: ['permutation'] })).rejects.toThrow(
      /needs the target "answer"/,
    );
  });

  it('takes a part of the rows, and says so', async () => {
    const found = await explain(model, table, { mostRows: 40, rows: [] });
    expect(found.importance?.rows).toBe(40);
    expect(found.summary?.rows.length).toBe(40);
    expect(found.notes).toEqual([
      'columns were shuffled on 40 of the 200 rows, drawn at random',
      'attributions are of 40 of the 200 rows, drawn at random',
    ]);
    const among = Array.from({ length: 30 }, (_, i) => 2 * i);
    const part = await explain(model, table, { among, rows: [7], methods: ['shap'] });
    expect(part.data.rows).toBe(30);
    expect(part.rows.map(({ row }) => row)).toEqual([7]);
    expect(part.summary?.rows.every(({ row }) => among.includes(row))).toBe(true);
  });

  it('tells how far it is, and ends when it is told to', async () => {
    const stages = new Set<string>();
    await explain(model, table, { onProgress: (stage) => stages.add(stage) });
    expect([...stages]).toEqual([
      'permutation importance',
      'SHAP values',
      'integrated gradients',
      'rows one by one',
      'partial dependence',
      'partial dependence on two columns',
    ]);
    const controller = new AbortController();
    const onProgress = (stage: string) => {
      if (stage === 'SHAP values') controller.abort();
    };
    await expect(explain(model, table, { onProgress, signal: controller.signal })).rejects.toThrow(
      /cancelled/,
    );
  });

  it.each([
    [{ class: 'maybe' }, UsageError, /class must be one of no, yes, got "maybe"/],
    [{ class: 'no' }, UsageError, /class must be yes for a model with one output, got "no"; its values/],
    [{ rows: [200] }, UsageError, /rows must be from 0 to 199, and not left out for missing cells, got 200/],
    [
      { methods: ['lime'] },
      UsageError,
      /methods must be one of permutation, shap, gradients, dependence, got "lime"/,
    ],
    [{ row: [1] }, UsageError, /got row; did you mean rows\?/],
  ])('refuses %j', async (options, kind, message) => {
    const run = explain(model, table, options as object);
    await expect(run).rejects.toThrow(kind);
    await expect(explain(model, table, options as object)).rejects.toThrow(message);
  });

  it('refuses a table without the columns of the model, and a model without preprocessing', async () => {
    const { colour } = columns;
    await expect(explain(model, tableFromColumns({ colour }))).rejects.toThrow(DataError);
    const { network, weights, loss } = model;
    await expect(explain({ network, weights, loss }, table)).rejects.toThrow(
      /must have a model with preprocessing/,
    );
  });
});

describe('several classes', () => {
  const kinds = tableFromColumns({
    ...columns,
    answer: Array.from({ length: rows }, (_, i) => columns.colour[(i + 1) % rows] as string),
  });
  const own = prepareTable(kinds, { target: 'answer' });

  it('are explained by the likeliest class of each row, or the one asked for', async () => {
    const network = mlp({ inputs: 5, hidden: [], outputs: 3, outputActivation: 'softmax' });
    const weights = Float32Array.from({ length: 18 }, (_, i) => Math.sin(2 * i));
    const loss = { name: 'categorical_crossentropy', labelSmoothing: 0 } as const;
    const classifier = { network, weights, loss, preprocessing: own };
    const found = await explain(classifier, kinds, { methods: ['gradients', 'dependence'] });
    expect(found.outputs).toEqual(['blue', 'green', 'red']);
    expect(new Set(found.summary?.rows.map(({ output }) => output)).size).toBeGreaterThan(1);
    for (const { prediction } of found.summary?.rows ?? []) expect(prediction).toBeGreaterThan(1 / 3);
    const chosen = await explain(classifier, kinds, { methods: ['gradients', 'dependence'], class: 'green' });
    expect(chosen.summary?.rows.every(({ output }) => output === 1)).toBe(true);
    expect(chosen.dependence.every(({ output }) => output === 1)).toBe(true);
  });
});
