import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataSet, fileWith, shoal } from './run.ts';

const cancer = dataSet('breast-cancer.csv');
const folder = mkdtempSync(join(tmpdir(), 'shoal-evaluate-'));
const model = join(folder, 'cancer.safetensors');
const values = join(folder, 'diabetes.safetensors');
const lines = readFileSync(cancer, 'utf8').trimEnd().split(/\r?\n/);

const evaluate = (path: string, ...options: string[]) =>
  shoal(['evaluate', path, '--engine', 'cpu', '--resamples', '30', ...options]);
const json = async (...options: string[]) => {
  const { stdout, stderr, code } = await evaluate(model, ...options, '--json');
  expect([stderr, code]).toEqual(['', 0]);
  return JSON.parse(stdout);
};

let trained: { scores: Record<string, number> };
beforeAll(async () => {
  const train = (data: string, path: string) =>
    shoal([
      'train',
      '--engine',
      'cpu',
      '--data',
      data,
      '--target',
      'target',
      '--epochs',
      '5',
      '--model',
      path,
      '--json',
    ]);
  const [{ stdout }] = await Promise.all([train(cancer, model), train(dataSet('diabetes.csv'), values)]);
  trained = JSON.parse(stdout);
});

describe('the rows of shoal evaluate', () => {
  it('of the table that the model learned from are those held out, with the scores of training', async () => {
    const { rows, evaluation } = await json('--data', cancer);
    expect([rows, evaluation.rows]).toEqual(['held-out', 114]);
    const value = (name: string) => evaluation.metrics[name].value;
    const { accuracy, precision, recall, f1, rocAuc } = trained.scores;
    expect(['accuracy', 'precision', 'recall', 'f1', 'roc_auc'].map(value)).toEqual([
      accuracy,
      precision,
      recall,
      f1,
      rocAuc,
    ]);
  });

  it('may be all, with a warning', async () => {
    const { rows, evaluation } = await json('--data', cancer, '--rows', 'all');
    expect([rows, evaluation.rows]).toEqual(['all', 569]);
    expect(evaluation.notes[0]).toMatch(/learned from 455 of the 569 rows, so that the metrics flatter it/);
  });

  it('of another table are all, whatever the order of its columns and what else is there', async () => {
    const reordered = lines.map((line, i) =>
      [i === 0 ? 'id' : String(i), ...line.split(',').reverse()].join(','),
    );
    const { rows, evaluation } = await json('--data', fileWith(reordered.join('\n')));
    expect([rows, evaluation.notes]).toEqual(['all', []]);
    const { evaluation: same } = await json('--data', cancer, '--rows', 'all');
    expect(evaluation.metrics).toEqual(same.metrics);
  });

  it('cannot be the held-out ones of a table that has changed', async () => {
    const path = fileWith(`${lines.slice(0, -1).join('\n')}\n`);
    const { code, stderr, stdout } = await evaluate(model, '--data', path, '--rows', 'held-out', '--quiet');
    expect(stderr).toMatch(/^error: --rows held-out must come with the file that the model learned from/);
    expect([code, stdout]).toEqual([2, '']);
  });
});

describe('shoal evaluate refuses', () => {
  const renamed = (from: string, to: string) => [lines[0]?.replace(from, to), ...lines.slice(1)].join('\n');
  const bad = `${lines.slice(0, 40).join('\n')}\n${lines[40]?.replace(/[^,]*$/, '7')}\n`;
  it.each([
    [
      'a table without a feature',
      () => [model, '--data', fileWith(renamed('mean_radius', 'radius'))],
      1,
      /there is no column "mean_radius"/,
    ],
    [
      'a table without the target',
      () => [model, '--data', fileWith(renamed('target', 'goal'))],
      1,
      /must have the target "target"/,
    ],
    [
      'a label that the model does not know',
      () => [model, '--data', fileWith(bad)],
      1,
      /line 41, column "target": the class must be one of 0, 1, got 7/,
    ],
    [
      'a column for slices that is not there',
      () => [model, '--data', cancer, '--slice', 'mean_radios'],
      1,
      /did you mean "mean_radius"/,
    ],
    [
      'a threshold for a regression',
      () => [values, '--data', dataSet('diabetes.csv'), '--threshold', '0.4'],
      2,
      /--threshold must come with a model of two classes, got a regression model/,
    ],
    [
      'a threshold beyond 1',
      () => [model, '--data', cancer, '--threshold', '40'],
      2,
      /It must be a number from 0 to 1/,
    ],
    [
      'an unknown metric',
      () => [model, '--data', cancer, '--metric-for-threshold', 'f2'],
      2,
      /Allowed choices are f1, balanced_accuracy/,
    ],
    [
      'a file that is no model',
      () => [cancer, '--data', cancer],
      1,
      /breast-cancer\.csv: this is no model file/,
    ],
    [
      'a report in a folder that is not there',
      () => [model, '--data', cancer, '--report', join(folder, 'no/r.html')],
      2,
      /must be in a folder that exists/,
    ],
  ] as const)('%s', async (_, args, exitCode, message) => {
    const [path, ...options] = args();
    const { code, stdout, stderr } = await evaluate(path ?? '', ...options);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
    expect([code, stdout]).toEqual([exitCode, '']);
  });
});

describe('the output of shoal evaluate', () => {
  it('has metrics with intervals, the confusion matrix, the best threshold and slices', async () => {
    const options = ['--metric-for-threshold', 'youden', '--slice', 'mean_radius', '--slice', 'target'];
    const { stdout, stderr, code } = await evaluate(model, '--data', cancer, ...options);
    expect(stdout).toMatch(/rows +the 114 rows of .*breast-cancer\.csv that were held out from training/);
    expect(stdout).toMatch(/│ roc_auc +│ 0\.\d{6} │ 0\.\d{4} to [01]\.\d{4} │/);
    expect(stdout).toMatch(/│ true \\ predicted │ 0 +│ 1 +│/);
    expect(stdout).toMatch(/best threshold for youden: 0\.\d+, where it is 0\.\d{4}/);
    expect(stdout).toMatch(/It was chosen on these rows/);
    expect(stdout).toMatch(/│ mean_radius +│ rows │ accuracy/);
    expect(stdout).toMatch(/│ all +│ 114 +│/);
    expect(stdout).toMatch(/fewer than 30 rows/);
    expect([code, stderr]).toEqual([0, '']);
  });

  it('applies a threshold', async () => {
    const { evaluation } = await json('--data', cancer, '--threshold', '0.99999');
    expect(evaluation.threshold).toBe(0.99999);
    const { evaluation: usual } = await json('--data', cancer);
    expect(evaluation.metrics.recall.value).toBeLessThan(usual.metrics.recall.value);
    expect(evaluation.metrics.roc_auc).toEqual(usual.metrics.roc_auc);
  });

  it('is the same for the same seed, and has other intervals for another', async () => {
    const metrics = async (seed: string) => (await json('--data', cancer, '--seed', seed)).evaluation.metrics;
    const [first, again, other] = await Promise.all(['1', '1', '2'].map(metrics));
    expect(again).toEqual(first);
    expect(other.log_loss.value).toBe(first.log_loss.value);
    expect(other.log_loss.low).not.toBe(first.log_loss.low);
  });

  it('has a report where it is asked for, which is not replaced without --force', async () => {
    const report = join(folder, 'report.html');
    const data = ['--data', dataSet('diabetes.csv'), '--report', report];
    const first = await evaluate(values, ...data);
    expect(first.stderr).toContain(`report: ${report}`);
    const page = readFileSync(report, 'utf8');
    expect(page).toContain('<h1>diabetes</h1>');
    expect(page).toContain('Predicted and true values');
    const second = await evaluate(values, ...data);
    expect([second.code, second.stdout]).toEqual([2, '']);
    expect(second.stderr).toMatch(/report\.html must be a new file, but is there already.*--force/);
    expect((await evaluate(values, ...data, '--force')).code).toBe(0);
  });

  it('ends in good order at Ctrl-C', async () => {
    const many = [lines[0], ...Array.from({ length: 40 }, () => lines.slice(1)).flat()].join('\n');
    const path = fileWith(many);
    const args = ['evaluate', model, '--engine', 'cpu', '--data', path, '--resamples', '100000'];
    const { code, stdout, stderr } = await shoal(args, (text, kill) => {
      if (text.includes('resampling:')) kill('SIGINT');
    });
    expect(stderr).toMatch(/error: the evaluation was cancelled/);
    expect([code, stdout]).toEqual([130, '']);
  });

  it('makes texts of a table harmless for the terminal', async () => {
    const text = lines
      .map((line, i) => `${line},${i === 0 ? 'group' : i % 2 ? '\u001b[31mred' : 'blue'}`)
      .join('\n');
    writeFileSync(join(folder, 'groups.csv'), text);
    const { stdout } = await evaluate(model, '--data', join(folder, 'groups.csv'), '--slice', 'group');
    expect(stdout).toContain('\ufffd[31mred');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what must not be there
    expect(stdout).not.toMatch(/\x1b/);
  });
});
