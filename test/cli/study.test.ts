import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { StudyStore } from '../../src/node.ts';
import type { Parameters } from '../../src/study/space-types.ts';
import { result, results, settings, trial, trials } from '../study/store/sample.ts';
import { main, shoal } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'shoal-test-'));
const [single, double, empty, torn] = ['single', 'double', 'empty', 'torn'].map((name) =>
  join(folder, `${name}.shoal`),
) as [string, string, string, string];

const parameters: readonly Parameters[] = [
  { rate: 0.1, units: [8, 4], name: '=HYPERLINK("http://x")' },
  { rate: -0.5, units: [], name: '-2+3', dropout: true },
  { rate: 1e-7, units: [16], name: 'plain, "quoted"', dropout: false },
  { rate: 0.3, units: [1], name: '@x' },
  { rate: 0.4, units: [1], name: '+1' },
];

/** Trials 0 to 4: values 0.5, 0.25, pruned, failed, waiting. */
function makeSingle(): void {
  const store = StudyStore.create(single, { ...settings, name: 'one objective' }, { trials: 10 });
  store.plan(parameters.map((values, index) => trial(index, { parameters: values })));
  store.finish([
    result(0, { values: Float64Array.of(0.5), runs: Float64Array.of(0.25, 0.75) }),
    result(1, { values: Float64Array.of(0.25), runs: Float64Array.of(0.25, 0.25), endedMs: 83_000 }),
    result(2, { state: 'pruned', values: Float64Array.of(0.1), reason: '=1+1' }),
    result(3, {
      state: 'failed',
      values: Float64Array.of(NaN),
      metrics: { val_loss: NaN, extra: -Infinity },
    }),
  ]);
  store.close();
}

function makeDouble(): void {
  const objectives = [
    { metric: 'val_loss', direction: 'minimize' as const },
    { metric: 'f1', direction: 'maximize' as const },
  ];
  const store = StudyStore.create(double, { ...settings, seed: 8, name: 'two', objectives });
  store.plan([0, 1, 2].map((index) => trial(index)));
  const values = [
    [0.5, 0.9],
    [0.1, 0.3],
    [0.6, 0.2],
  ];
  store.finish(
    values.map((own, index) =>
      result(index, { values: Float64Array.from(own), runs: Float64Array.from(own) }),
    ),
  );
  store.end('space');
  store.close();
}

beforeAll(() => {
  makeSingle();
  makeDouble();
  StudyStore.create(empty, { ...settings, name: 'nothing yet' }).close();
  StudyStore.create(torn, settings).close();
  truncateSync(torn, 9000);
  writeFileSync(join(folder, 'notes.txt'), 'not a study');
});

const json = async (...args: string[]) => {
  const { code, stdout } = await shoal(['study', ...args, '--json']);
  return { code, document: JSON.parse(stdout) };
};

describe('shoal study list', () => {
  it('lists what can be read and names what cannot', async () => {
    const { code, stdout, stderr } = await shoal(['study', 'list', folder]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot be read: .*torn\.shoal: the file is damaged/);
    expect(stdout).toMatch(
      /one objective .* stopped, can be resumed .* 4 of 10 \(1 pruned, 1 failed, 1 waiting\) .* val_loss 0\.25 ± 0\.0 \(2 runs\)/,
    );
    expect(stdout).toMatch(/two .* over \(space\) .* 3 .* 2 on the Pareto front of val_loss, f1/);
    expect(stdout).toMatch(/nothing yet .* 0 .* none/);
    expect(stdout).not.toContain('notes.txt');
  });

  it('prints one JSON document, and knows a study that is running', async () => {
    const writer = StudyStore.open(single);
    const { document } = await json('list', folder);
    writer.close();
    expect(document).toMatchObject({ schemaVersion: 1, command: 'study list', folder });
    const states = document.studies.map(({ file, state }: { file: string; state: string }) => [file, state]);
    expect(states).toEqual([
      [double, 'over'],
      [empty, 'stopped'],
      [single, 'running'],
    ]);
    expect(document.studies[2].writer.pid).toBe(process.pid);
    expect(document.unreadable).toHaveLength(1);
  });

  it('says so where there is none', async () => {
    const bare = mkdtempSync(join(tmpdir(), 'shoal-test-'));
    expect(await shoal(['study', 'list', bare])).toMatchObject({ code: 0, stdout: '' });
    expect(await shoal(['study', 'list', join(bare, 'x')])).toMatchObject({ code: 2 });
  });
});

describe('shoal study show and best', () => {
  it('shows settings, progress and the best configurations', async () => {
    const { code, stdout } = await shoal(['study', 'show', single]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/objective +minimize val_loss/);
    expect(stdout).toMatch(/pruner +median \(warmup 2\)/);
    expect(stdout).toMatch(/time +1 min 23 s/);
    const rows = [...stdout.matchAll(/│ (\d) +│ (\S+ ± \S+ \(2 runs\))/g)].map(([, index, value]) => [
      index,
      value,
    ]);
    // Sample deviation of 0.25 and 0.75: sqrt(0.125)
    expect(rows).toEqual([
      ['1', '0.25 ± 0.0 (2 runs)'],
      ['0', '0.5 ± 0.35 (2 runs)'],
    ]);
    const { document } = await json('show', single);
    expect(document.settings.space).toEqual(settings.space);
    expect(document.best.map(({ trial: index }: { trial: number }) => index)).toEqual([1, 0]);
    expect(document.trials).toEqual({ planned: 5, waiting: 1, complete: 2, pruned: 1, failed: 1 });
  });

  it('prints the best one, or the Pareto front', async () => {
    expect((await shoal(['study', 'best', single])).stdout).toMatch(
      /trial 1[\s\S]*val_loss[\s\S]*0\.25[\s\S]*rate[\s\S]*-0\.5/,
    );
    const { document } = await json('best', single);
    expect(document.trials).toEqual([
      {
        trial: 1,
        round: 0,
        parameters: parameters[1],
        objectives: { val_loss: { mean: 0.25, standardDeviation: 0, runs: 2 } },
        metrics: { val_loss: 0.25, accuracy: 0.9 },
        epochs: 10,
        weights: 33,
      },
    ]);
    const front = (await json('best', double)).document.trials;
    expect(front.map(({ trial: index }: { trial: number }) => index)).toEqual([1, 0]);
    expect((await json('best', single, '--count', '2')).document.trials).toHaveLength(2);
  });

  it('lets no text of a file command the terminal', async () => {
    const hostile = join(mkdtempSync(join(tmpdir(), 'shoal-test-')), 'hostile.shoal');
    const name = 'a\u001b]0;b\u0007\u009b2J\nc';
    const store = StudyStore.create(hostile, { ...settings, name, seed: 9, engine: name });
    store.plan([trial(0, { parameters: { [name]: name } })]);
    store.finish([result(0, { metrics: { [name]: 1 } })]);
    store.end(name);
    store.close();
    for (const args of [
      ['show', hostile],
      ['best', hostile],
      ['list', dirname(hostile)],
      ['compare', single, hostile],
    ]) {
      const { code, stdout } = await shoal(['study', ...args]);
      expect([code, stdout], args[0]).toEqual([
        0,
        expect.stringContaining('a\ufffd]0;b\ufffd\ufffd2J\ufffdc'),
      ]);
      expect(stdout.replaceAll('\n', ''), args[0]).not.toMatch(/\p{Cc}/u);
    }
  });

  it('fails where there is no best', async () => {
    const { code, stderr } = await shoal(['study', 'best', empty]);
    expect([code, stderr]).toEqual([1, `error: ${empty}: no trial is complete yet; train some more\n`]);
  });
});

describe('shoal study export', () => {
  it('writes CSV whose numbers stay numbers and whose text is no formula', async () => {
    const { code, stdout } = await shoal(['study', 'export', single]);
    expect(code).toBe(0);
    const rows: Record<string, string>[] = parse(stdout, { columns: true });
    expect(rows.map((row) => row.params_name)).toEqual([
      '\'=HYPERLINK("http://x")',
      "'-2+3",
      'plain, "quoted"',
      "'@x",
      "'+1",
    ]);
    expect(rows.map((row) => row.params_rate)).toEqual(['0.1', '-0.5', '1e-7', '0.3', '0.4']);
    expect(rows.map((row) => row.params_units)).toEqual(['[8,4]', '[]', '[16]', '[1]', '[1]']);
    expect(rows.map((row) => row.params_dropout)).toEqual(['', 'true', 'false', '', '']);
    expect(rows.map((row) => row.state)).toEqual(['complete', 'complete', 'pruned', 'failed', 'waiting']);
    expect(rows.map((row) => row.value_val_loss)).toEqual(['0.5', '0.25', '0.1', 'NaN', '']);
    expect(rows[0]?.std_val_loss).toBe(String(Math.sqrt(0.125)));
    expect(rows[2]?.reason).toBe("'=1+1");
    expect(rows[3]?.metrics_extra).toBe('-Infinity');
    expect(rows[4]?.metrics_accuracy).toBe('');
  });

  it('writes JSON to a file, with curves on demand', async () => {
    const output = join(folder, 'out.json');
    const args = ['study', 'export', single, '--format', 'json', '--output', output];
    expect(await shoal([...args, '--curves'])).toMatchObject({ code: 0, stdout: '' });
    const document = JSON.parse(readFileSync(output, 'utf8'));
    expect(document).toMatchObject({ schemaVersion: 1, command: 'study export', name: 'one objective' });
    expect(document.trials[1]).toMatchObject({ index: 1, parameters: parameters[1], values: [0.25] });
    expect(document.trials[1].curve).toEqual([1, 0.5, 0.5, 10, 0.25, 0.25]);
    expect(document.trials[3].values).toEqual(['NaN']);
    expect(document.trials[4]).toEqual({ index: 4, round: 0, state: 'waiting', parameters: parameters[4] });
    await shoal(args);
    expect(JSON.parse(readFileSync(output, 'utf8')).trials[1].curve).toBeUndefined();
  });

  it('refuses what cannot be', async () => {
    expect(await shoal(['study', 'export', single, '--curves'])).toMatchObject({ code: 2 });
    expect(await shoal(['study', 'export', single, '--format', 'xml'])).toMatchObject({ code: 2 });
    expect(await shoal(['study', 'export', single, '--output', join(folder, 'no', 'x')])).toMatchObject({
      code: 2,
    });
  });
});

describe('shoal study compare', () => {
  it('puts studies side by side with the settings that differ', async () => {
    const { code, stdout } = await shoal(['study', 'compare', single, double]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/one objective .* two/);
    expect(stdout).toMatch(/seed +│ 7 +│ 8/);
    expect(stdout).not.toMatch(/│ epochs/);
    const { document } = await json('compare', single, double);
    expect(document.differences.seed).toEqual([7, 8]);
    expect(Object.keys(document.differences)).toEqual(['seed', 'objectives']);
    expect(document.studies.map(({ elapsedMs }: { elapsedMs: number }) => elapsedMs)).toEqual([83_000, 28]);
  });

  it('needs two', async () => {
    expect(await shoal(['study', 'compare', single])).toMatchObject({ code: 2 });
  });
});

describe('shoal study', () => {
  it('explains each command with examples', async () => {
    for (const command of ['list', 'show', 'best', 'export', 'compare']) {
      const { code, stdout } = await shoal(['study', command, '--help']);
      expect([code, stdout]).toEqual([0, expect.stringContaining(`$ shoal study ${command}`)]);
    }
  });

  it('names what is wrong with a file', async () => {
    const missing = join(folder, 'missing.shoal');
    const notes = join(folder, 'notes.txt');
    const error = (file: string, problem: string) => ({ code: 1, stderr: `error: ${file}: ${problem}\n` });
    expect(await shoal(['study', 'show', missing])).toMatchObject(
      error(missing, 'there is no such study; check its name'),
    );
    expect(await shoal(['study', 'best', notes])).toMatchObject(
      error(notes, 'must be a study of Shoal, got a file that is no SQLite database; check its name'),
    );
    expect(await shoal(['study', 'show'])).toMatchObject({ code: 2 });
  });

  it('takes a reader that has seen enough for success', () => {
    const long = join(mkdtempSync(join(tmpdir(), 'shoal-test-')), 'long.shoal');
    const store = StudyStore.create(long, settings);
    store.plan(trials(0, 3000));
    store.finish(results(0, 3000));
    store.close();
    // More than a pipe holds.
    const pipe = `set -o pipefail; "${process.execPath}" "${main}" study export "${long}" | head -c 1`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', pipe], { encoding: 'utf8' });
    expect([status, stdout, stderr]).toEqual([0, 't', '']);
  });
});
