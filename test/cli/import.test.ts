import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { fixture, recorded } from '../import/recorded.ts';
import { shoal } from './run.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'shoal-test-'));

/** A fixture in a folder of its own. */
function copied(name: string, bytes = fixture(name)): string {
  const path = join(folder(), name);
  writeFileSync(path, bytes);
  return path;
}

function table(): string {
  const rows = recorded.x.map((row, place) => [...row, place % 2].join());
  const path = join(folder(), 'table.csv');
  writeFileSync(path, ['a,b,c,ill', ...rows].join('\n'));
  return path;
}

describe('shoal import', () => {
  it('makes a model of a .keras file that predicts from a raw table what Keras did', async () => {
    const file = copied('sequential.keras');
    const [model, data] = [file.replace('.keras', '.safetensors'), table()];
    const done = await shoal(['import', file, '--data', data, '--target', 'ill', '--labels', '0,1']);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toContain('network   3 -> 4 gelu');
    expect(done.stdout).toContain('inputs    3: a, b, c\npredicts  ill, one of 0, 1');
    const { stdout } = await shoal([
      'predict',
      model,
      '--data',
      data,
      '--engine',
      'cpu',
      '--format',
      'jsonl',
    ]);
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(recorded.sequential.length);
    lines.forEach((line, row) => {
      const expected = recorded.sequential[row]?.[0] as number;
      // Both compute in single precision.
      expect(Math.abs(JSON.parse(line).probabilities['1'] - expected)).toBeLessThan(1e-6);
    });
  });

  it('reads a configuration with its weights, and an exchange file; tells in JSON what it made', async () => {
    const files = unzipSync(fixture('functional.zip'));
    const [config, weights] = ['functional.json', 'functional.weights.h5'].map((name) =>
      copied(name, new Uint8Array(files[name] as Uint8Array)),
    ) as [string, string];
    const model = join(folder(), 'model.safetensors');
    const { code, stdout } = await shoal([
      'import',
      config,
      '--weights',
      weights,
      '--model',
      model,
      '--json',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'import',
      source: 'Keras',
      loss: 'categorical_crossentropy',
      features: ['x0', 'x1', 'x2'],
      target: { task: 'multiclass', labels: ['0', '1', '2'] },
      model,
    });
    expect(JSON.parse(stdout).remarks).toHaveLength(4);
    const again = await shoal(['import', copied('classifier.json'), '--model', model]);
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toContain('replace it with --force');
    expect(await shoal(['import', copied('classifier.json'), '--model', model, '--force'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('one of no, yes'),
    });
  });

  it('shows no control characters of the file', async () => {
    const document = { ...JSON.parse(readFileSync(copied('regressor.json'), 'utf8')), source: 's\u001b[31m' };
    const file = copied('steering.json', Buffer.from(JSON.stringify(document)));
    const { stdout } = await shoal(['import', file]);
    expect(stdout).toContain('from      s\ufffd[31m\n');
  });

  it('brings an export back to the same model file, but for where it came from', async () => {
    const first = join(folder(), 'first.safetensors');
    expect(
      await shoal(['import', copied('regressor.json'), '--target', 'y', '--model', first]),
    ).toMatchObject({
      code: 0,
    });
    expect(await shoal(['export', first, '--keras'])).toMatchObject({ code: 0 });
    const second = join(folder(), 'second.safetensors');
    const done = await shoal(['import', first.replace('.safetensors', '.keras'), '--model', second]);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(tensors(second)).toEqual(tensors(first));
  });

  it.each<[string, () => string[], number, string]>([
    ['a file that is not there', () => ['nothing.keras'], 1, 'nothing.keras: there is no such file'],
    ['a folder', () => [tmpdir()], 1, 'this is a folder'],
    ['no model', () => [copied('x.json', new Uint8Array())], 1, 'the file must be JSON'],
    [
      'names of another number',
      () => [copied('sequential.keras'), '--features', 'a,b'],
      1,
      'sequential.keras: the features must be 3 names, one for each input, got 2',
    ],
    [
      'names twice',
      () => [copied('sequential.keras'), '--features', 'a,b,c', '--data', table()],
      2,
      '--features must be left out',
    ],
    [
      'a target that the table does not have',
      () => [copied('sequential.keras'), '--data', table(), '--target', 'sick'],
      2,
      '--target must be a column of',
    ],
  ])('refuses %s', async (_, options, exitCode, message) => {
    const { code, stderr, stdout } = await shoal(['import', ...options()]);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
  });
});

/** What follows the header of a safetensors file. */
function tensors(path: string): Buffer {
  const bytes = readFileSync(path);
  return bytes.subarray(8 + Number(bytes.readBigUInt64LE(0)));
}
