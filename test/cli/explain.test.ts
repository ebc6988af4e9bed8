import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Explanation } from '../../src/explain/explanation.ts';
import { readModel } from '../../src/export/model-file.ts';
import { dataSet, fileWith, shoal } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'shoal-explain-'));
const model = join(folder, 'cancer.safetensors');
const cancer = dataSet('breast-cancer.csv');
const explain = (...args: string[]) => shoal(['explain', model, '--engine', 'cpu', ...args]);
/** Quick: few rows, one method. */
const few = ['--most-rows', '40', '--method', 'permutation', '--repeats', '3'];

beforeAll(async () => {
  const options = ['--data', cancer, '--target', 'target', '--epochs', '20', '--quiet'];
  await shoal(['train', '--engine', 'cpu', '--model', model, ...options]);
}, 60_000);

describe('shoal explain', () => {
  it('tells which columns matter, and what they add to rows', async () => {
    const { code, stdout, stderr } = await explain(
      '--data',
      cancer,
      '--row',
      '3',
      '--row',
      '0',
      '--most-rows',
      '60',
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(/^engine: CPU.*\nnetwork: 30 -> 16 relu -> 1 sigmoid/);
    expect(stdout).toMatch(
      /permutation: how much log_loss \(0\.\d+\) rises when a column is shuffled, 10 times on 60 rows/,
    );
    expect(stdout).toMatch(/column +│ permutation │ 95 % interval +│ SHAP +│ IG/);
    expect(stdout).toMatch(/\d+ columns? cannot be told from noise \(the interval includes 0\): \w+/);
    expect(stdout).toMatch(/Agreement of the rankings \(1 is full\): permutation and SHAP [−\d.]+,/);
    const rows = stdout.match(/Row \d+: probability of target = 1 is [\d.e−]+; the table says 0/g);
    expect(rows?.map((text) => text.slice(0, 6))).toEqual(['Row 3:', 'Row 0:']);
    // Each of two waterfalls a row: from, eight columns, the others, to.
    expect(stdout.match(/^ {2}22 other columns .*█$/gm)?.length).toBe(4);
    expect(stdout).toContain('note: the model learned from 455 of the 569 rows; --rows all takes them too');
    expect(stdout).toContain('note: attributions are of 60 of the 114 rows, drawn at random');
  });

  it('takes the rows that the model did not learn from', async () => {
    const { stdout, code } = await explain('--data', cancer, '--json', '--method', 'permutation');
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as Explanation & { command: string };
    expect(found).toMatchObject({ command: 'explain', schemaVersion: 1, data: { rows: 114 } });
    // The loss that training told of the same rows.
    const { scores } = readModel(readFileSync(model)).origin;
    expect(found.importance?.baseline).toBeCloseTo(scores?.loss ?? 0, 6);
    const other = await explain(
      '--data',
      fileWith(readFileSync(cancer, 'utf8').replace('17.99', '17.98')),
      '--rows',
      'held-out',
    );
    expect(other.code).toBe(2);
    const all = await explain('--data', cancer, '--rows', 'all', ...few);
    expect(all.stdout).toContain('columns were shuffled on 40 of the 569 rows');
    expect(all.stdout).toContain('use --rows held-out');
    expect(other.stderr).toContain('--rows held-out must come with the file that the model learned from');
  });

  it('prints the same JSON for the same seed', async () => {
    const args = [
      '--data',
      cancer,
      '--json',
      '--most-rows',
      '30',
      '--repeats',
      '2',
      '--background',
      '10',
      '--seed',
      '5',
    ];
    const [first, second] = [await explain(...args), await explain(...args)];
    expect(first.stdout).toBe(second.stdout);
    const found = JSON.parse(first.stdout) as Explanation;
    expect(found.summary?.shap?.backgroundRows).toBe(10);
    expect(found.rows.length).toBe(3);
    expect(found.dependence.length).toBe(6);
    expect(first.stderr).toBe('');
  });

  it('writes a page', async () => {
    const report = join(folder, 'page.html');
    const { code, stderr } = await explain('--data', cancer, ...few, '--report', report);
    expect(code).toBe(0);
    expect(stderr).toContain(`report: ${report}`);
    expect(readFileSync(report, 'utf8')).toContain('<h2 id="importance">');
    const again = await explain('--data', cancer, ...few, '--report', report);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('replace it with --force') });
    const nowhere = await explain('--data', cancer, '--report', join(folder, 'no', 'page.html'));
    expect(nowhere).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('must be in a folder that exists'),
    });
  });

  it('needs the target for permutation importance only', async () => {
    const text = readFileSync(cancer, 'utf8').split('\n');
    const bare = fileWith(text.map((line) => line.replace(/,[^,]*$/, '')).join('\n'));
    const { code, stdout } = await explain('--data', bare, '--most-rows', '30');
    expect(code).toBe(0);
    expect(stdout).toContain(
      'note: permutation importance needs the target "target", which the table does not have',
    );
    expect(await explain('--data', bare, '--method', 'permutation')).toMatchObject({ code: 2 });
  });

  it('ends with Ctrl-C', async () => {
    // The second Ctrl-C would end it at once, without a word.
    let isSent = false;
    const { code, stderr } = await shoal(
      ['explain', model, '--engine', 'cpu', '--data', cancer, '--repeats', '2000'],
      (text, kill) => {
        if (!text.includes('permutation importance') || isSent) return;
        isSent = true;
        kill('SIGINT');
      },
    );
    expect(code).toBe(130);
    expect(stderr).toContain('cancelled');
  });

  it.each([
    [
      ['--data', cancer, '--row', 'x'],
      2,
      /'--row <number>' argument 'x' is invalid\. It must be a whole number/,
    ],
    [
      ['--data', cancer, '--row', '569'],
      2,
      /rows must be from 0 to 568, and not left out for missing cells, got 569/,
    ],
    [
      ['--data', cancer, '--method', 'lime'],
      2,
      /Each must be one of permutation, shap, gradients, dependence/,
    ],
    [['--data', cancer, '--metric', 'mse'], 2, /metric must be one of log_loss, .*, got "mse"/],
    [['--data', cancer, '--class', '7'], 2, /class must be one of 0, 1, got "7"/],
    [['--data', dataSet('diabetes.csv')], 1, /there is no column "mean_radius"/],
    [['--data', 'nowhere.csv'], 1, /nowhere\.csv: there is no such file/],
    [[], 2, /required option '--data <file>' not specified/],
  ])('refuses %j', async (args, code, message) => {
    const result = await explain(...args);
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(message);
    expect(existsSync('nowhere.csv')).toBe(false);
  });
});
