import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportFormats } from '../../src/export/formats.ts';
import { dataSet, fileWith, shoal } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'shoal-export-'));
const model = join(folder, 'cancer.safetensors');

beforeAll(async () => {
  const data = ['--data', dataSet('breast-cancer.csv'), '--target', 'target'];
  await shoal(['train', '--engine', 'cpu', ...data, '--epochs', '3', '--model', model]);
}, 60_000);

describe('shoal export', () => {
  it('has an option for each format, and says what it is for', async () => {
    const { stdout } = await shoal(['export', '--help']);
    for (const { name, ending } of exportFormats) {
      expect(stdout).toContain(`--${name} [file]`);
      expect(stdout).toContain(ending);
    }
  });

  it('writes all formats beside the model, and tells their sizes', async () => {
    const options = exportFormats.map(({ name }) => `--${name}`);
    const { code, stdout } = await shoal(['export', model, ...options, '--json']);
    const { files } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(files).toEqual(
      exportFormats.map(({ name, ending }) => {
        const file = join(folder, `cancer${ending}`);
        return { format: name, file, bytes: statSync(file).size };
      }),
    );
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('replaces a file with --force only, and then all of it', async () => {
    const file = fileWith('x'.repeat(1e6), 'model.js');
    const refused = await shoal(['export', model, '--js', file]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/is there already.*--force/)]);
    expect(statSync(file).size).toBe(1e6);
    expect(await shoal(['export', model, '--js', file, '--force'])).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8')).toContain('export function predict');
    expect(statSync(file).size).toBeLessThan(20_000);
  });

  it('writes nothing where one of several files may not be written', async () => {
    const taken = fileWith('mine', 'taken.onnx');
    const other = join(folder, 'other.js');
    expect(await shoal(['export', model, '--js', other, '--onnx', taken])).toMatchObject({ code: 2 });
    const nowhere = join(folder, 'no', 'where.onnx');
    const { code, stderr } = await shoal(['export', model, '--js', other, '--onnx', nowhere]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/must be in a folder that exists/)]);
    expect([existsSync(other), readFileSync(taken, 'utf8')]).toEqual([false, 'mine']);
  });

  it('does not write over the model itself', async () => {
    const before = readFileSync(model);
    const over = await shoal(['export', model, '--onnx', model, '--force']);
    expect([over.code, over.stderr]).toEqual([2, expect.stringMatching(/must differ from each other/)]);
    expect(readFileSync(model)).toEqual(before);
  });

  it('refuses to write nothing, and what is no model', async () => {
    const bare = await shoal(['export', model]);
    expect([bare.code, bare.stderr]).toEqual([2, expect.stringMatching(/choose one or more of --onnx/)]);
    const none = join(folder, 'none.safetensors');
    writeFileSync(none, 'no model');
    const { code, stderr } = await shoal(['export', none, '--onnx', join(folder, 'none.onnx')]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/no model file that can be read/)]);
    expect(existsSync(join(folder, 'none.onnx'))).toBe(false);
  });
});
