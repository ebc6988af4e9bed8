import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { beforeAll, describe, expect, it } from 'vitest';
import { readModel } from '../../src/export/model-file.ts';
import { predictTable } from '../../src/index.ts';
import { readTableFile } from '../../src/node.ts';
import { dataSet, fileWith, main, shoal } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'shoal-predict-'));
const pathOf = (name: string) => join(folder, name);
const cancer = dataSet('breast-cancer.csv');
const [model, drops, prices] = ['cancer.safetensors', 'drops.safetensors', 'prices.safetensors'].map(
  pathOf,
) as [string, string, string];

const people = [
  'id,age,town,answer',
  ...Array.from(
    { length: 60 },
    (_, i) => `00${i},${20 + ((i * 7) % 40)},${['ulm', 'bonn', 'kiel'][i % 3]},${i % 2 ? 'yes' : 'no'}`,
  ),
].join('\n');

const train = (data: string, target: string, file: string, ...more: string[]) =>
  shoal([
    'train',
    '--engine',
    'cpu',
    '--data',
    data,
    '--target',
    target,
    '--epochs',
    '3',
    '--model',
    file,
    ...more,
  ]);
const predict = (file: string, data: string, ...more: string[]) =>
  shoal(['predict', file, '--data', data, '--engine', 'cpu', '--quiet', ...more]);
const cells = (text: string) => parse(text, { columns: true }) as Record<string, string>[];

beforeAll(async () => {
  await train(cancer, 'target', model);
  await train(fileWith(people), 'answer', drops, '--missing', 'drop', '--exclude', 'id');
  await train(dataSet('diabetes.csv'), 'target', prices);
}, 60_000);

describe('shoal predict', () => {
  it('gives each row the label and the probabilities that the library gives it', async () => {
    const { code, stdout, stderr } = await predict(model, cancer);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^569 rows in .* s\n$/)]);
    const { labels = [], outputs } = await predictTable(
      readModel(readFileSync(model)).model,
      await readTableFile(cancer),
    );
    const rows = cells(stdout);
    expect(rows.map(({ prediction }) => prediction)).toEqual(labels);
    // Written with nine digits, which tell all numbers of single precision apart.
    expect(rows.map((row) => Math.fround(Number(row.probability_1)))).toEqual(outputs.flat());
    for (const row of rows) expect(Number(row.probability_0) + Number(row.probability_1)).toBeCloseTo(1, 8);
  });

  it('does not depend on how many rows are in memory at once, nor on the kind of file', async () => {
    const whole = (await predict(model, cancer)).stdout;
    expect((await predict(model, cancer, '--rows-at-once', '7')).stdout).toBe(whole);
    const { columns } = await readTableFile(cancer);
    const columnData = columns.map(({ name, numbers }) => ({
      name,
      data: Array.from(numbers),
      type: 'DOUBLE' as const,
    }));
    const parquet = pathOf('cancer.parquet');
    writeFileSync(parquet, Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: 100 })));
    expect((await predict(model, parquet, '--rows-at-once', '64')).stdout).toBe(whole);
    const streamed = await fromInput(
      ['predict', model, '--data', '-', '--engine', 'cpu'],
      readFileSync(cancer),
    );
    expect(streamed).toBe(whole);
  });

  it('finds columns by name: others and another order do not matter', async () => {
    const lines = readFileSync(cancer, 'utf8').trimEnd().split(/\r?\n/);
    const turned = lines.map((line, i) =>
      [i === 0 ? 'patient' : `p${i}`, ...line.split(',').reverse()].join(','),
    );
    const { stdout } = await predict(model, fileWith(turned.join('\n')), '--keep', 'patient');
    const [first] = cells(stdout);
    expect(Object.keys(first ?? {})).toEqual(['patient', 'prediction', 'probability_0', 'probability_1']);
    const plain = cells((await predict(model, cancer)).stdout);
    expect(cells(stdout).map(({ patient: _, ...row }) => row)).toEqual(plain);
  });

  it('refuses a table without the columns, and names them', async () => {
    const [head = '', ...rows] = readFileSync(cancer, 'utf8').trimEnd().split(/\r?\n/);
    const renamed = fileWith([head.replace('mean_radius', 'mean_radios'), ...rows].join('\n'));
    const { code, stdout, stderr } = await predict(model, renamed);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /30 columns that the model needs.* no column "mean_radius" \(did you mean "mean_radios"\?\)/,
    );
  });

  it('repeats columns as they stand in the file, and leaves rows with missing cells without a prediction', async () => {
    const table = fileWith('town,id,age\nulm,007,30\nbonn,008,\nkiel,009,50\n');
    const [first, second, third] = cells((await predict(drops, table, '--keep', 'id,town')).stdout);
    expect([first?.id, first?.town, third?.id]).toEqual(['007', 'ulm', '009']);
    expect(['yes', 'no']).toContain(first?.prediction);
    expect(second).toEqual({
      id: '008',
      town: 'bonn',
      prediction: '',
      probability_no: '',
      probability_yes: '',
    });
    const all = await predict(drops, table, '--keep', 'all', '--format', 'jsonl');
    expect(all.stderr).toMatch(/1 rows have missing cells, and no prediction/);
    const objects = all.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(objects[1]).toEqual({ town: 'bonn', id: '008', age: '', prediction: null, probabilities: null });
    expect(objects[0].probabilities.yes).toBeCloseTo(Number(first?.probability_yes), 12);
  });

  it('names the line and the column of a cell that it cannot take, far into the file too', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => `${i},${i === 41 ? 'rome' : 'ulm'}`);
    const { code, stderr } = await predict(
      drops,
      fileWith(['age,town', ...rows].join('\n')),
      '--rows-at-once',
      '10',
    );
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/line 43, column "town": the category "rome" does not occur/),
    ]);
  });

  it('predicts values', async () => {
    const [row] = cells((await predict(prices, dataSet('diabetes.csv'))).stdout);
    expect(Object.keys(row ?? {})).toEqual(['prediction']);
    expect(Number(row?.prediction)).not.toBeNaN();
  });

  it('takes another threshold', async () => {
    const counts = await Promise.all(
      ['0', '0.9999', '1'].map(async (threshold) => {
        const rows = cells((await predict(model, cancer, '--threshold', threshold)).stdout);
        return rows.filter(({ prediction }) => prediction === '1').length;
      }),
    );
    expect([counts[0], counts[2]]).toEqual([569, 0]);
    expect(counts[1]).toBeLessThan(350);
  });

  it('refuses a threshold for what are not two classes', async () => {
    const { code, stderr } = await predict(prices, dataSet('diabetes.csv'), '--threshold', '0.3');
    expect([code, stderr]).toEqual([
      2,
      'error: --threshold must come with a model of two classes, got a regression model\n',
    ]);
  });

  it('says how to read a table without a header, where the model learned from one', async () => {
    const rows = [0, 1, 2, 3, 4, 5].map((i) => `${i},${9 - i},${i + 0.5}`).join('\n');
    const bare = pathOf('bare.safetensors');
    await train(fileWith(rows), 'x2', bare, '--no-header');
    const { stderr } = await predict(bare, fileWith(rows));
    expect(stderr).toMatch(/no column "x0".*; a file without a header is read with --no-header/);
    expect((await predict(bare, fileWith(rows), '--no-header')).code).toBe(0);
  });

  it('writes a file whole, as its name says, and replaces one with --force only', async () => {
    const output = pathOf('out.jsonl');
    const { stdout, code } = await predict(model, cancer, '--output', output, '--json');
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { command: 'predict', rows: 569, withoutPrediction: 0, output },
    ]);
    expect(JSON.parse(readFileSync(output, 'utf8').split('\n')[0] ?? '')).toHaveProperty('probabilities');
    const again = await predict(model, cancer, '--output', output);
    expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/is there already.*--force/)]);
    const broken = await predict(model, fileWith('a,b\n1,2\n'), '--output', pathOf('none.csv'));
    expect([broken.code, existsSync(pathOf('none.csv'))]).toEqual([1, false]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('leaves nothing behind after Ctrl-C', async () => {
    const [head, ...rows] = readFileSync(cancer, 'utf8').trimEnd().split(/\r?\n/);
    const large = fileWith([head, ...Array.from({ length: 200 }, () => rows).flat()].join('\n'));
    const output = pathOf('cut.csv');
    let interrupted = false;
    const { code, stderr } = await shoal(
      ['predict', model, '--data', large, '--engine', 'cpu', '--output', output, '--rows-at-once', '500'],
      (text, kill) => {
        if (interrupted || !/rows \(\d+ %\)/.test(text)) return;
        interrupted = true;
        kill('SIGINT');
      },
    );
    expect([code, stderr]).toEqual([130, expect.stringMatching(/cancelled after \d+ rows/)]);
    expect(readdirSync(folder).filter((name) => name.startsWith('cut.csv'))).toEqual([]);
  });

  it.each([
    [
      'no model',
      ['predict', 'none.safetensors', '--data', cancer],
      1,
      /there is no such file; shoal train --model/,
    ],
    ['another file', ['predict', cancer, '--data', cancer], 1, /this is no model file that can be read/],
    ['no data', ['predict', 'm.safetensors'], 2, /--data/],
    ['an empty table', ['predict', model, '--data', fileWith('a,b\n')], 1, /has a header but no rows/],
    [
      'a column that there is not',
      ['predict', model, '--data', cancer, '--keep', 'name'],
      2,
      /--keep must name columns of the table .* got name/,
    ],
    [
      'JSON and predictions on one output',
      ['predict', model, '--data', cancer, '--json'],
      2,
      /--output must name a file with --json/,
    ],
    [
      'an unknown format',
      ['predict', model, '--data', cancer, '--format', 'xml'],
      2,
      /Allowed choices are csv, jsonl/,
    ],
  ] as const)('refuses %s', async (_, args, code, message) => {
    const result = await shoal([...args, ...(args[1] === 'm.safetensors' ? [] : ['--engine', 'cpu'])]);
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(result.stderr).toMatch(message);
  });

  it('refuses a model that learned from no table', async () => {
    const seed = pathOf('seed.safetensors');
    await shoal(['train', '--engine', 'cpu', '--model', seed, '--quiet']);
    expect(await predict(seed, cancer)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/did not learn from a table/),
    });
  });
});

/** What a command prints that reads its table from standard input. */
function fromInput(args: readonly string[], input: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...args]);
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    child.on('close', () => resolve(text));
    child.stdin.end(input);
  });
}
