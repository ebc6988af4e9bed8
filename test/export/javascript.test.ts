import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cellsOf,
  preprocessingFor,
  randomModel,
  randomRows,
  randomTable,
} from '../../scripts/export/models.ts';
import { activations, depths, outputKinds } from '../../scripts/export/onnx-cases.ts';
import { toJavaScript } from '../../src/export/javascript/to-javascript.ts';
import type { SavedModel } from '../../src/export/saved-model.ts';
import { cpuEngine, mlp, predict, predictTable, type Table, tableFromColumns } from '../../src/index.ts';

type Row = Readonly<Record<string, unknown>> | readonly number[];

interface Prediction {
  readonly label?: string | readonly number[];
  readonly probabilities?: Readonly<Record<string, number>> | readonly number[];
  readonly value?: number;
  readonly values?: readonly number[];
}

interface ExportedModule {
  readonly info: Readonly<Record<string, unknown>>;
  predict(row: Row): Prediction;
}

/** Loads the exported module as any runtime does. */
async function load(saved: SavedModel): Promise<ExportedModule> {
  return import(`data:text/javascript;base64,${Buffer.from(toJavaScript(saved)).toString('base64')}`);
}

/** The module's outputs in the order of the network's. */
function outputsOf({ probabilities, value, values }: Prediction, units: number): number[] {
  if (!probabilities) return values ? [...values] : [value as number];
  const all = Object.values(probabilities);
  return units === 1 ? all.slice(1) : all;
}

/** The rows of a table as objects. */
function rowsOf({ rows, columns }: Table): Record<string, unknown>[] {
  const cells = columns.map((column) => [column.name, cellsOf(column)] as const);
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(cells.map(([name, column]) => [name, column[row]])),
  );
}

const binary = { name: 'y', task: 'binary', labels: ['no', 'yes'] } as const;

function tableModel(
  table: Table,
  missing: 'error' | 'median',
  target: Parameters<typeof preprocessingFor>[2],
) {
  const preprocessing = preprocessingFor(table, missing, target);
  const inputs = preprocessing.preprocessor.featureNames.length;
  const outputs = target.task === 'multiclass' ? target.labels.length : 1;
  const loss = target.task === 'multiclass' ? 'categorical_crossentropy' : 'binary_crossentropy';
  return randomModel(mlp({ inputs, hidden: [6], outputs }), loss, 1, preprocessing);
}

describe('toJavaScript', () => {
  it.each(activations)('predicts bit by bit as the reference: $name $parameter', async (activation) => {
    for (const [loss, outputActivation, outputs] of outputKinds) {
      for (const hidden of depths) {
        const useBias = hidden.length % 2 === 0;
        const network = mlp({ inputs: 5, hidden, outputs, activation, outputActivation, useBias });
        const saved = randomModel(network, loss, hidden.length);
        const x = randomRows(20, 5, 1);
        const module = await load(saved);
        const found = x.map((row) => outputsOf(module.predict(row), outputs));
        expect(found, `${loss} ${outputs} ${hidden}`).toEqual(await predict(saved.model, x, cpuEngine()));
      }
    }
  });

  it('predicts bit by bit as the reference, any network and any table', async () => {
    const kinds = fc.array(fc.constantFrom('numbers', 'categories'), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.boolean(), kinds, fc.boolean(), async (seed, gaps, columns, several) => {
        const target = several ? { ...binary, task: 'multiclass' as const, labels: ['a', 'b', 'c'] } : binary;
        const table = randomTable(columns, 10, seed, gaps);
        const saved = tableModel(table, gaps ? 'median' : 'error', target);
        const { outputs, labels } = await predictTable(saved.model, table, cpuEngine());
        const module = await load(saved);
        const found = rowsOf(table).map((row) => module.predict(row));
        expect(found.map((row) => outputsOf(row, several ? 3 : 1))).toEqual(outputs);
        expect(found.map(({ label }) => label)).toEqual(labels);
      }),
      { numRuns: 60 },
    );
  });

  const table = tableFromColumns({
    size: ['1', ' 2.5 ', 'NA', '1e3', '?', '+4', '-5', ''],
    colour: ['red', '2', ' red ', '02', 'n/a', 'blue', 'None', '2.0'],
  });

  it('reads raw cells as tables are read', async () => {
    const saved = tableModel(table, 'median', binary);
    const { outputs } = await predictTable(saved.model, table, cpuEngine());
    const { predict: predictRow } = await load(saved);
    const sizes = ['1', ' 2.5 ', 'NA', '1e3', '?', '+4', '-5', ''];
    const colours = ['red', '2', ' red ', '02', 'n/a', 'blue', 'None', '2.0'];
    const found = sizes.map((size, row) => outputsOf(predictRow({ size, colour: colours[row] }), 1));
    expect(found).toEqual(outputs);
    const missing = [null, undefined, Number.NaN, ''].map((size) => predictRow({ size, colour: 2 }));
    expect(new Set(missing.map(({ probabilities }) => JSON.stringify(probabilities))).size).toBe(1);
    expect(predictRow({ size: 1n, colour: 'red' })).toEqual(predictRow({ size: true, colour: 'red' }));
  });

  it('names the labels and their probabilities', async () => {
    const { info, predict: predictRow } = await load(tableModel(table, 'median', binary));
    const prediction = predictRow({ size: 1, colour: 'red', extra: 'ignored' });
    const { no = 0, yes = 0 } = prediction.probabilities as Record<string, number>;
    expect(Object.keys(prediction.probabilities ?? {})).toEqual(['no', 'yes']);
    expect(no + yes).toBe(1);
    expect(prediction.label).toBe(yes > 0.5 ? 'yes' : 'no');
    expect(info).toEqual({
      createdBy: 'shoal 0.2.0',
      task: 'binary',
      target: 'y',
      labels: ['no', 'yes'],
      columns: [
        { name: 'size', kind: 'numeric', fill: 2.5 },
        { name: 'colour', kind: 'categorical', categories: ['2', 'blue', 'red'], fill: '2' },
      ],
    });
  });

  it('predicts values of a regression, and yes or no of several outputs', async () => {
    const one = randomModel(mlp({ inputs: 2, hidden: [], outputs: 1 }), 'mse', 1);
    const [[value] = []] = await predict(one.model, [[1, 2]]);
    expect((await load(one)).predict([1, 2])).toEqual({ value });
    const flags = randomModel(mlp({ inputs: 2, hidden: [], outputs: 3 }), 'binary_crossentropy', 1);
    const [probabilities = []] = await predict(flags.model, [[1, 2]]);
    const label = probabilities.map((probability) => Number(probability > 0.5));
    expect((await load(flags)).predict([1, 2])).toEqual({ label, probabilities });
  });

  it.each([
    [{ size: 1 }, 'there is no column "colour"; the columns are size, colour'],
    [{ size: 'big', colour: 'red' }, 'column "size": the column is numeric, got "big"'],
    [{ size: '', colour: 'red' }, 'column "size": the cell is missing'],
    [{ size: 1, colour: null }, 'column "colour": the cell is missing'],
    [{ size: '-inf', colour: 'red' }, 'column "size": the number must be finite, got -Infinity'],
    [
      { size: 1, colour: 'pink' },
      'the category "pink" does not occur in the training rows; known are blue, red',
    ],
    [{ size: new Date(), colour: 'red' }, 'column "size": the cell must be a number or a text, got object'],
    [
      { size: 1e300, colour: 'red' },
      'the features must be finite in single precision, got 1e+300 (feature 0)',
    ],
    [[1, 2], 'predict must get an object with a cell for each column'],
  ])('refuses what Shoal refuses: %j', async (row, message) => {
    const whole = tableFromColumns({ size: [1, 2, 3, 4], colour: ['red', 'blue', 'red', 'blue'] });
    const module = await load(tableModel(whole, 'error', binary));
    expect(() => module.predict(row as Row)).toThrow(message);
  });

  it.each([
    [[1, 2, 3], 'predict must get a list of 2 features, got 3'],
    [[1, Number.NaN], 'the features must be finite in single precision, got NaN (feature 1)'],
  ])('refuses features that Shoal refuses: %j', async (row, message) => {
    const module = await load(randomModel(mlp({ inputs: 2, hidden: [], outputs: 1 }), 'mse', 1));
    expect(() => module.predict(row)).toThrow(message);
  });

  it('holds what the model needs alone, and is the same text for the same model', () => {
    const text = toJavaScript(tableModel(table, 'median', binary));
    expect(text).toBe(toJavaScript(tableModel(table, 'median', binary)));
    expect([...text.matchAll(/^function (\w+)/gm)].map(([, name]) => name)).toEqual([
      'tableRow',
      'parseCell',
      'numberOf',
      'oneHot',
      'refuseMissing',
      'standardised',
      'classes',
      'dense',
      'relu',
      'sigmoid',
    ]);
    // The runtime, without the model's own numbers.
    expect(text.length).toBeLessThan(8000);
  });

  it('may stand inside of a page, whatever the names', () => {
    const target = { ...binary, labels: ['</script>', '*/ alert(1) //'] };
    expect(toJavaScript(tableModel(table, 'median', target))).not.toContain('</script');
  });

  it('tells editors the columns and the labels', () => {
    const folder = mkdtempSync(join(tmpdir(), 'shoal-js-'));
    try {
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
      writeFileSync(join(folder, 'model.js'), toJavaScript(tableModel(table, 'median', binary)));
      const use = `import { predict } from './model.js';
const { label, probabilities } = predict({ size: 1, colour: null });
export const answer: 'no' | 'yes' = label;
export const share: number = probabilities.yes;
// @ts-expect-error a column is missing
predict({ size: 1 });
`;
      writeFileSync(join(folder, 'use.ts'), use);
      const tsc = new URL('../../node_modules/typescript/bin/tsc', import.meta.url).pathname;
      const options = [
        '--noEmit',
        '--allowJs',
        '--checkJs',
        '--strict',
        '--types',
        '',
        '--module',
        'nodenext',
      ];
      execFileSync(process.execPath, [tsc, ...options, '--target', 'es2022', 'use.ts'], { cwd: folder });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
