import { beforeAll, describe, expect, it } from 'vitest';
import type { Column } from '../../src/data/table/table.ts';
import { sliceGroups } from '../../src/evaluate/slice-groups.ts';
import {
  adam,
  cpuEngine,
  evaluate,
  evaluateTable,
  fit,
  makeBlobs,
  mlp,
  predict,
  prepareTable,
  rocAuc,
  type Table,
  type TrainedModel,
  tableFromColumns,
} from '../../src/index.ts';

const n = 300;
const cell = (i: number, k: number) => Math.sin(12.9898 * i + k) * 3;
const columns = {
  a: Array.from({ length: n }, (_, i) => (i % 50 === 7 ? null : cell(i, 1))),
  b: Array.from({ length: n }, (_, i) => cell(i, 2)),
  place: Array.from({ length: n }, (_, i) => ['north', 'south', 'west'][i % 3] as string),
  id: Array.from({ length: n }, (_, i) => i),
  answer: Array.from({ length: n }, (_, i) => (cell(i, 2) + 0.8 * cell(i, 3) > 0 ? 'yes' : 'no')),
};
const table = tableFromColumns(columns, 'answers');

async function trained(target: 'answer' | 'b', missing: 'drop' | 'median'): Promise<TrainedModel> {
  const exclude = ['id', 'place', ...(target === 'b' ? ['answer'] : [])];
  const { training, preprocessor, target: found } = prepareTable(table, { target, exclude, missing });
  const isClass = target === 'answer';
  const network = mlp({
    inputs: training.x.columns,
    hidden: [8],
    outputs: 1,
    outputActivation: isClass ? 'sigmoid' : 'linear',
  });
  return fit(network, {
    engine: cpuEngine(),
    ...training,
    loss: isClass ? 'binary_crossentropy' : 'mse',
    optimizer: adam({ learningRate: 0.01 }),
    epochs: 20,
    preprocessing: { preprocessor, target: found },
  });
}

let model: TrainedModel;
beforeAll(async () => {
  model = await trained('answer', 'median');
});

const options = { resamples: 20 };

/** The columns in another order, with others among them. */
function shuffled(source: Table): Table {
  const extra = tableFromColumns({ noise: columns.id, 'b ': columns.b });
  return { ...source, columns: [...extra.columns, ...source.columns.toReversed()] };
}

describe('evaluateTable', () => {
  it('finds columns by their names: others and another order change nothing', async () => {
    const plain = await evaluateTable(model, table, options);
    expect(await evaluateTable(model, shuffled(table), options)).toEqual(plain);
    expect(plain).toMatchObject({ task: 'binary', labels: ['no', 'yes'], target: 'answer', rows: n });
    expect(plain.metrics.accuracy?.value).toBeGreaterThan(0.7);
  });

  it('judges the rows that it is given', async () => {
    const rows = [5, 9, 200, 201, 250, 33];
    const sliced = { ...options, slices: ['place', 'id'] };
    const part = await evaluateTable(model, table, { ...sliced, rows });
    const own = Object.entries(columns).map(([name, cells]) => [name, rows.map((row) => cells[row] ?? null)]);
    const alone = await evaluateTable(model, tableFromColumns(Object.fromEntries(own)), sliced);
    expect(part).toEqual(alone);
  });

  it('has slices by categories and by bins of numbers, which need be no features', async () => {
    const { slices, metrics } = await evaluateTable(model, table, { ...options, slices: ['place', 'id'] });
    expect(slices.map(({ slices: own }) => own.map(({ label, rows }) => [label, rows]))).toEqual([
      [
        ['north', 100],
        ['south', 100],
        ['west', 100],
      ],
      [
        ['to 74.75', 75],
        ['74.75 to 149.5', 75],
        ['149.5 to 224.3', 75],
        ['above 224.3', 75],
      ],
    ]);
    // Accuracy is a mean over rows.
    const accuracies = slices[0]?.slices.map((own) => own.metrics.accuracy?.value ?? Number.NaN) ?? [];
    expect(accuracies.reduce((sum, value) => sum + value / 3, 0)).toBeCloseTo(
      metrics.accuracy?.value ?? 0,
      12,
    );
  });

  it('marks slices of fewer than 30 rows', async () => {
    const rows = Array.from({ length: 89 }, (_, i) => i);
    const { slices } = await evaluateTable(model, table, { ...options, rows, slices: ['place'] });
    expect(slices[0]?.slices.map(({ rows: own, isSmall }) => [own, isSmall])).toEqual([
      [30, false],
      [30, false],
      [29, true],
    ]);
  });

  it('keeps cells and slices of the right rows where some are dropped', async () => {
    const dropping = await trained('answer', 'drop');
    const { rows, notes, slices } = await evaluateTable(dropping, table, {
      ...options,
      slices: ['place', 'a'],
    });
    expect(rows).toBe(294);
    expect(notes[0]).toBe('6 rows with missing cells were left out');
    const kept = Array.from({ length: n }, (_, i) => i).filter((i) => i % 50 !== 7);
    const whole = await evaluateTable(dropping, table, { ...options, rows: kept, slices: ['place', 'a'] });
    expect(slices).toEqual(whole.slices);
  });

  it('groups missing cells of a slice by themselves', async () => {
    const { slices } = await evaluateTable(model, table, { ...options, slices: ['a'] });
    expect(slices[0]?.slices.at(-1)).toMatchObject({ label: 'missing', rows: 6, isSmall: true });
  });

  it('judges a regression', async () => {
    const evaluation = await evaluateTable(await trained('b', 'median'), table, options);
    expect(evaluation).toMatchObject({ task: 'regression', rows: n });
    expect(Object.keys(evaluation.metrics)).toEqual([
      'mse',
      'rmse',
      'mae',
      'median_absolute_error',
      'mape',
      'r2',
    ]);
    if (evaluation.task !== 'regression') return;
    const { histogram, against, byPrediction } = evaluation.residuals;
    for (const counts of [
      histogram.counts,
      ...[against, byPrediction].map(({ cells }) => cells.map(([, , c]) => c)),
    ])
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(n);
  });

  const without = (name: string) => ({
    ...table,
    columns: table.columns.filter((column) => column.name !== name),
  });
  const renamed = { ...columns, answer: columns.answer.map((label) => (label === 'no' ? 'never' : label)) };
  it.each([
    [
      'a feature',
      without('b'),
      'answers: the table must have the 2 columns that the model needs; there is no column "b"',
    ],
    ['the target', without('answer'), 'answers: the table must have the target "answer"'],
    [
      'a label',
      tableFromColumns(renamed, 'new'),
      'column "answer": the class must be one of no, yes, got never',
    ],
  ])('refuses a table that lacks %s by name', async (_, other, message) => {
    await expect(evaluateTable(model, other, options)).rejects.toThrow(message);
  });

  it('refuses a column for slices that there is not, and guesses', async () => {
    await expect(evaluateTable(model, table, { slices: ['plac'] })).rejects.toThrow('did you mean "place"?');
  });

  it('refuses a model without preprocessing', async () => {
    const { preprocessing: _, ...bare } = model;
    await expect(evaluateTable(bare, table)).rejects.toThrow(
      'evaluateTable must have a model with preprocessing',
    );
  });
});

describe('sliceGroups', () => {
  const labels = (cells: (number | string | null)[]) => {
    const { columns: own, rows } = tableFromColumns({ cells });
    const groups = sliceGroups(
      own[0] as Column,
      Array.from({ length: rows }, (_, row) => row),
    );
    expect(groups.flatMap(({ rows: places }) => Array.from(places)).sort((a, b) => a - b)).toEqual([
      ...Array(rows).keys(),
    ]);
    return groups.map(({ label, rows: places }) => `${label}: ${places.length}`);
  };
  const numbers = (length: number, of: (i: number) => number) => Array.from({ length }, (_, i) => of(i));

  it('has a bin hold its upper end', () => {
    expect(labels(numbers(12, (i) => i))).toEqual([
      'to 2.75: 3',
      '2.75 to 5.5: 3',
      '5.5 to 8.25: 3',
      'above 8.25: 3',
    ]);
    expect(labels(numbers(13, (i) => 10 * i))).toEqual([
      'to 30: 4',
      '30 to 60: 3',
      '60 to 90: 3',
      'above 90: 3',
    ]);
  });

  it('tells bins of large numbers apart, and merges those of many equal ones', () => {
    expect(labels(numbers(13, (i) => 1.7e9 + i))).toEqual([
      'to 1700000003: 4',
      '1700000003 to 1700000006: 3',
      '1700000006 to 1700000009: 3',
      'above 1700000009: 3',
    ]);
    expect(labels([...numbers(40, () => 0), ...numbers(12, (i) => i)])).toEqual(['to 0: 41', 'above 0: 11']);
  });

  it('takes few different numbers one by one, ascending, and the missing last', () => {
    expect(labels([10, 9, null, 10, -1])).toEqual(['-1: 1', '9: 1', '10: 2', 'missing: 1']);
  });

  it('keeps the 20 most frequent categories', () => {
    const cells = numbers(66, (i) => i % 33).map((i) => `c${i}`);
    const found = labels([...cells, 'c32', 'c32']);
    expect(found).toHaveLength(21);
    expect(found[0]).toBe('c32: 4');
    expect(found.at(-1)).toBe('13 others: 26');
  });
});

describe('evaluate', () => {
  it('judges features and class indices, with slices by row', async () => {
    const data = makeBlobs({ nSamples: 90, centers: 3, randomState: 4, clusterStd: 4 });
    const network = mlp({ inputs: 2, hidden: [6], outputs: 3, outputActivation: 'softmax' });
    const blobs = await fit(network, {
      engine: cpuEngine(),
      ...data,
      loss: 'categorical_crossentropy',
      epochs: 5,
    });
    const parity = Array.from(data.y, (_, row) => (row % 2 === 0 ? 'even' : 'odd'));
    const evaluation = await evaluate(blobs, data.x, data.y, { ...options, slices: { parity } });
    const outputs = await predict(blobs, data.x);
    expect(evaluation.metrics.roc_auc_ovr?.value).toBeCloseTo(rocAuc(data.y, outputs), 12);
    expect(evaluation).toMatchObject({ task: 'multiclass', labels: ['0', '1', '2'], rows: 90 });
    expect(evaluation.slices[0]?.slices.map(({ label, rows }) => [label, rows])).toEqual([
      ['even', 45],
      ['odd', 45],
    ]);
    const short = { parity: ['even'] };
    await expect(evaluate(blobs, data.x, data.y, { slices: short })).rejects.toThrow(
      'each of the 90 rows, got 1',
    );
    await expect(
      evaluate(
        blobs,
        data.x,
        Array.from(data.y, () => 5),
      ),
    ).rejects.toThrow('class indices from 0 to 2');
  });

  it('refuses a model of several values', async () => {
    const network = mlp({ inputs: 1, hidden: [], outputs: 2 });
    const pair = await fit(network, {
      engine: cpuEngine(),
      x: [[0], [1]],
      y: [
        [0, 1],
        [1, 0],
      ],
      loss: 'mse',
    });
    await expect(evaluate(pair, [[0]], [[0, 1]])).rejects.toThrow(
      'must have one output for mean_squared_error',
    );
  });
});
