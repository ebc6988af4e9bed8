import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../src/export/model-file.ts';
import { dataSet, fileWith, shoal } from './run.ts';

const cancer = dataSet('breast-cancer.csv');
const onTable = (path: string, ...options: string[]) =>
  shoal(['train', '--engine', 'cpu', '--data', path, '--target', 'target', ...options]);
const rows = Array.from({ length: 30 }, (_, i) => `${i},${i * i},${i % 2}`);

describe('options of shoal train', () => {
  it.each([
    ['a batch size that is no number', ['--batch-size', 'abc'], /--batch-size <rows>.*'abc' is invalid/],
    ['a batch size of zero', ['--batch-size', '0'], /--batch-size <rows>.*'0' is invalid/],
    ['widths that are no numbers', ['--hidden', '8,x'], /--hidden <widths>.*'8,x' is invalid/],
    ['a dropout of one', ['--dropout', '1'], /--dropout <rate>.*It must be a number from 0 to 0\.99/],
    ['an unknown policy', ['--missing', 'guess'], /Allowed choices are error, median, mean, drop/],
    ['an unknown engine', ['--engine', 'gpu'], /Allowed choices are auto, webgpu, cpu/],
    ['an empty delimiter', ['--delimiter', ''], /delimiter must be at least one character/],
    ['a class that is not there', ['--class-weight', '2=1'], /--class-weight must be balanced or pairs/],
    ['an unknown option with a guess', ['--epoch', '3'], /unknown option '--epoch'[\s\S]*--epochs/],
  ])('%s gives exit code 2 and one error', async (_, options, message) => {
    const { code, stdout, stderr } = await onTable(cancer, ...options);
    expect(stderr).toMatch(message);
    expect(stderr.match(/error:/g)).toHaveLength(1);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('a class of one row gives exit code 1 and its line', async () => {
    const path = fileWith(`a,target\n1,x\n2,x\n3,rare\n4,y\n5,y\n6,y\n`);
    const { code, stderr } = await onTable(path);
    expect(stderr).toMatch(/table\.csv, line 4, column "target": every class must have at least two rows/);
    expect(code).toBe(1);
  });

  it('errors with --json leave standard output empty', async () => {
    const { code, stdout, stderr } = await onTable('/no/such/file.csv', '--json');
    expect(stderr).toMatch(/^error: .*there is no such file\n$/);
    expect([code, stdout]).toEqual([1, '']);
  });
});

describe('output of shoal train', () => {
  it('has no escape codes where nobody watches, with NO_COLOR or without, in CI too', async () => {
    const main = new URL('../../dist/cli/main.js', import.meta.url).pathname;
    const args = ['train', '--engine', 'cpu', '--data', cancer, '--target', 'target', '--epochs', '2'];
    const { NO_COLOR, FORCE_COLOR, CI, ...bare } = process.env;
    for (const env of [bare, { ...bare, NO_COLOR: '1' }, { ...bare, CI: '1' }]) {
      const output = await new Promise<string>((resolve, reject) => {
        execFile(process.execPath, [main, ...args], { env }, (error, stdout, stderr) =>
          error ? reject(error) : resolve(stdout + stderr),
        );
      });
      expect(output).toContain('epoch 2/2');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what must not be there
      expect(output).not.toMatch(/\x1b/);
    }
  });

  it('with --json is one document and nothing on standard error', async () => {
    const { code, stdout, stderr } = await onTable(cancer, '--epochs', '2', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, cancelled: false, engine: { kind: 'cpu' } });
    expect([code, stderr]).toEqual([0, '']);
  });

  it('is there when training diverged', async () => {
    const diverging = ['--task', 'regression', '--optimizer', 'sgd', '--learning-rate', '1e30'];
    const { code, stdout } = await onTable(cancer, ...diverging, '--epochs', '5');
    expect(stdout).toMatch(/loss +│ NaN/);
    expect(code).toBe(0);
  });

  it('with --quiet has the result but no epochs', async () => {
    const { stdout, stderr } = await onTable(cancer, '--epochs', '2', '--quiet');
    expect(stderr).not.toContain('epoch 2/2');
    expect(stdout).toContain('2 epochs');
  });

  it('is the same for the same seed, and another for another', async () => {
    const loss = async (seed: string) => {
      const { stdout } = await onTable(cancer, '--epochs', '2', '--seed', seed, '--json');
      return JSON.parse(stdout).history.metrics.loss;
    };
    const [first, again, other] = [await loss('1'), await loss('1'), await loss('2')];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it.each([
    ['stopped', '3'],
    ['run to its end', '1000'],
  ])('after a training %s has the scores of the weights that were restored', async (_, patience) => {
    const options = ['--epochs', '30', '--learning-rate', '0.05', '--early-stopping', patience];
    const { history, scores } = JSON.parse((await onTable(cancer, ...options, '--json')).stdout);
    const losses: number[] = history.metrics.val_loss;
    expect(losses.at(-1)).toBeGreaterThan(Math.min(...losses));
    expect(losses[history.restoredEpoch]).toBe(Math.min(...losses));
    expect(scores.loss).toBe(Math.min(...losses));
    const { stdout } = await onTable(cancer, ...options);
    expect(stdout).toContain(`, weights of epoch ${history.restoredEpoch + 1} restored, `);
  });

  it('reaches files whole, with no temporary ones left beside them', async () => {
    const model = fileWith('old', 'model.safetensors');
    const options = ['--epochs', '1', '--hidden', 'none', '--model', model, '--force'];
    expect((await onTable(cancer, ...options)).code).toBe(0);
    expect(readModel(readFileSync(model)).model.network.layers).toHaveLength(1);
    expect(readdirSync(dirname(model))).toEqual(['model.safetensors']);
  });
});

describe('tables of shoal train', () => {
  it('may have no header, and the target by its place from the end', async () => {
    const path = fileWith(`${rows.join('\n')}\n`);
    const options = ['--target=-1', '--no-header', '--epochs', '1', '--json'];
    const { stdout } = await shoal(['train', '--engine', 'cpu', '--data', path, ...options]);
    expect(JSON.parse(stdout)).toMatchObject({ features: ['x0', 'x1'], target: { name: 'x2' } });
  });

  it('may have tabs, a byte order mark and Windows line ends', async () => {
    const text = ['\ufeffa,b,target', ...rows].join('\r\n').replaceAll(',', '\t');
    const { stdout } = await onTable(fileWith(text), '--delimiter', '\\t', '--epochs', '1', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ features: ['a', 'b'], rows: { training: 24, validation: 6 } });
  });

  it('lose rows with missing cells under --missing drop, and say how many', async () => {
    const text = ['a,b,target', ...rows, ',1,0', '1,NA,1'].join('\n');
    const { stderr, code } = await onTable(fileWith(text), '--missing', 'drop', '--epochs', '1');
    expect(stderr).toContain('2 rows with missing cells were left out');
    expect(code).toBe(0);
  });
});
