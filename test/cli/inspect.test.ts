import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataSet, shoal } from './run.ts';

const model = join(mkdtempSync(join(tmpdir(), 'shoal-inspect-')), 'cancer.safetensors');

beforeAll(async () => {
  const data = ['--data', dataSet('breast-cancer.csv'), '--target', 'target'];
  await shoal(['train', '--engine', 'cpu', ...data, '--epochs', '4', '--reduce-lr', '2', '--model', model]);
}, 60_000);

describe('shoal inspect', () => {
  it('tells what a model file holds', async () => {
    const { code, stdout } = await shoal(['inspect', model]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/network +30 -> 16 relu -> 1 sigmoid \(513 weights\)/);
    expect(stdout).toMatch(/target +target, binary \(0, 1\)/);
    expect(stdout).toMatch(/columns +mean_radius, .*\(30\)/);
    expect(stdout).toMatch(/data +breast-cancer\.csv: 455 rows to train on, 114 held out/);
    expect(stdout).toMatch(/callbacks +\[\{"kind":"plateau"/);
    expect(stdout).toMatch(/trained +4 epochs/);
    expect(stdout).toMatch(/held out[\s\S]*ROC AUC/);
  });

  it('tells it as JSON', async () => {
    const { stdout } = await shoal(['inspect', model, '--json']);
    const { preprocessing, history, origin } = JSON.parse(stdout);
    expect(preprocessing.preprocessor.columns).toHaveLength(30);
    expect(history.metrics.val_loss).toHaveLength(4);
    // SHA-256 of the file, as sha256sum has it.
    expect(origin.data.sha256).toBe('f33ae089975a799b1a7feef6dfc00c1fd0081c7dd7acd8a42762515b7695eb2b');
  });

  it('refuses what is no model file', async () => {
    const { code, stderr } = await shoal(['inspect', dataSet('digits.csv')]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/no model file that can be read/)]);
  });
});
