import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../src/export/model-file.ts';
import { dataSet, fileWith, shoal } from './run.ts';

const train = (file: string, ...options: string[]) =>
  shoal(['train', '--engine', 'cpu', '--data', dataSet(file), '--target', 'target', ...options]);

describe('shoal train', () => {
  it('runs the seed experiment and meets Keras', async () => {
    const { code, stdout, stderr } = await shoal(['train', '--engine', 'cpu']);
    expect(code).toBe(0);
    expect(stderr).toContain('engine: CPU');
    const scores = [...stdout.matchAll(/│ (\w[\w ]*?) +│ (\d\.\d+) │ (\d\.\d+) │/g)];
    expect(scores.map(([, name]) => name)).toEqual([
      'loss',
      'accuracy',
      'precision',
      'recall',
      'F1',
      'ROC AUC',
    ]);
    for (const [, , ours, theirs] of scores) expect(Number(ours)).toBeCloseTo(Number(theirs), 5);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what must not be there
    expect(stdout + stderr).not.toMatch(/\x1b/);
  });

  it('prints one JSON document', async () => {
    const { code, stdout } = await train('breast-cancer.csv', '--epochs', '20', '--json');
    const document = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(document).toMatchObject({
      schemaVersion: 1,
      command: 'train',
      target: { task: 'binary', labels: ['0', '1'] },
    });
    expect(document.history.metrics.loss).toHaveLength(20);
    expect(document.scores.accuracy).toBeGreaterThan(0.9);
  });

  it('learns several classes and numbers', async () => {
    const digits = JSON.parse((await train('digits.csv', '--epochs', '10', '--json')).stdout);
    expect(digits.target.task).toBe('multiclass');
    expect(digits.scores.accuracy).toBeGreaterThan(0.85);
    const diabetes = JSON.parse(
      (await train('diabetes.csv', '--epochs', '60', '--learning-rate', '0.05', '--json')).stdout,
    );
    expect(diabetes.target.task).toBe('regression');
    expect(diabetes.scores.r2).toBeGreaterThan(0.3);
  });

  it('takes categories, missing cells, weights of classes and an automatic batch', async () => {
    const rows = Array.from(
      { length: 80 },
      (_, i) => `${i % 7 === 0 ? '' : i},${['red', 'green', 'blue'][i % 3]},${i % 3 === 0 ? 'yes' : 'no'}`,
    );
    const path = fileWith(`n;colour;answer\n${rows.join('\n').replaceAll(',', ';')}\n`);
    const options = [
      '--missing',
      'median',
      '--class-weight',
      'balanced',
      '--batch-size',
      'auto',
      '--epochs',
      '200',
      '--learning-rate',
      '0.02',
    ];
    const { code, stdout, stderr } = await shoal([
      'train',
      '--engine',
      'cpu',
      '--data',
      path,
      '--target',
      'answer',
      ...options,
    ]);
    expect(stderr).toContain('batch size 64 = min(maximum 512');
    expect(stdout).toMatch(/accuracy +│ 1\.0/);
    expect(code).toBe(0);
  });

  it('writes the model and the history', async () => {
    const model = fileWith('', 'model.safetensors');
    const history = fileWith('', 'history.json');
    const files = ['--model', model, '--history', history];
    const refused = await train('breast-cancer.csv', '--epochs', '3', ...files);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/is there already.*--force/)]);
    await train('breast-cancer.csv', '--epochs', '3', ...files, '--force');
    expect(JSON.parse(readFileSync(history, 'utf8'))).toMatchObject({ epochs: 3 });
    const saved = readModel(readFileSync(model));
    expect(saved.model.weights).toHaveLength(30 * 16 + 16 + 16 + 1);
    expect(saved.model.preprocessing?.preprocessor.featureNames).toHaveLength(30);
    expect(saved.origin).toMatchObject({
      data: { file: 'breast-cancer.csv', trainingRows: 455, heldOutRows: 114 },
      training: { epochs: 3, optimizer: { name: 'adam' } },
    });
  });

  it('refuses a file that it cannot write, and leaves nothing behind', async () => {
    const { code, stderr } = await train(
      'breast-cancer.csv',
      '--epochs',
      '1',
      '--history',
      '/no/such/folder/h.json',
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/h\.json must be in a folder that exists/);
  });

  it('ends in good order on Ctrl-C, and keeps what was trained', async () => {
    const history = fileWith('', 'history.json');
    let interrupted = false;
    const { code, stdout } = await shoal(
      [
        'train',
        '--engine',
        'cpu',
        '--data',
        dataSet('digits.csv'),
        '--target',
        'target',
        '--epochs',
        '100000',
        '--history',
        history,
        '--force',
      ],
      (text, kill) => {
        if (interrupted || !/epoch/.test(text)) return;
        interrupted = true;
        kill('SIGINT');
      },
    );
    expect(code).toBe(130);
    expect(stdout).toContain('cancelled');
    expect(JSON.parse(readFileSync(history, 'utf8')).epochs).toBeGreaterThan(0);
  });
});

describe('shoal', () => {
  it.each([[], ['train'], ['doctor'], ['verify']])('%s --help shows examples', async (...command) => {
    const { code, stdout } = await shoal([...command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Examples:');
  });

  it('verifies the CPU engine', async () => {
    const { code, stdout } = await shoal(['verify', '--engine', 'cpu', '--quick', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, command: 'verify', failures: 0 });
  });

  it('is built', () => {
    expect(existsSync(new URL('../../dist/index.js', import.meta.url))).toBe(true);
  });
});
