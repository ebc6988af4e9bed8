import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepareTable } from '../../src/data/table/prepare-table.ts';
import { readModel } from '../../src/export/model-file.ts';
import { cpuEngine, r2 } from '../../src/index.ts';
import { readTableFile, StudyStore } from '../../src/node.ts';
import { moonsTable } from '../study/killed.ts';
import { tableOf } from '../study/runner.ts';
import { dataSet, fileWith, shoal } from './run.ts';

const cancer = dataSet('breast-cancer.csv');
const fresh = () => mkdtempSync(join(tmpdir(), 'shoal-test-'));
const freshStudy = () => join(fresh(), 'study.shoal');
/** A search that takes a second. */
const small = ['--engine', 'cpu', '--folds', '2', '--epochs', '3', '--trials', '6'];
const on = (table: string, ...more: string[]) => [
  'tune',
  '--data',
  table,
  '--target',
  'target',
  ...small,
  ...more,
];
const config = (text: string, name = 'study.config.ts') => fileWith(text, name);

function storedTable(path: string): object[] {
  const store = StudyStore.open(path, { readOnly: true });
  const table = tableOf(store.load());
  store.close();
  return table;
}

describe('shoal tune', () => {
  it('explains itself with examples', async () => {
    for (const command of ['tune', 'resume']) {
      const { code, stdout } = await shoal([command, '--help']);
      expect([code, stdout]).toEqual([0, expect.stringContaining(`$ shoal ${command} `)]);
    }
    expect((await shoal(['--help'])).stdout).toMatch(/tune .*\n[\s\S]*resume /);
  });

  it('names study and model after the data, says how it went and what to do next', async () => {
    const folder = fresh();
    const { code, stdout, stderr } = await shoal(on(cancer), undefined, folder);
    expect(code).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(
      expect.arrayContaining(['breast-cancer.safetensors', 'breast-cancer.shoal']),
    );
    expect(readdirSync(folder).filter((name) => /tmp|lock|journal/.test(name))).toEqual([]);
    expect(stderr).toMatch(/455 rows to train on, 114 held out, 30 features/);
    expect(stderr).toMatch(/6\/6 trials/);
    // The best was trained again on three sets of two other folds.
    expect(stdout).toMatch(/log_loss +│ 0\.\d+ ± 0\.\d+ \(6 runs\)/);
    expect(stdout).toMatch(/log_loss in the search +│ 0\.\d+ ± 0\.\d+ \(2 runs\)/);
    expect(stdout).toMatch(/held out[\s\S]*ROC AUC/);
    expect(stdout).toMatch(/6 trials, as many as were asked for[\s\S]*shoal resume breast-cancer\.shoal/);
    await shoal(on(cancer, '--quiet'), undefined, folder);
    expect(existsSync(join(folder, 'breast-cancer-2.shoal'))).toBe(true);
  });

  it('prints one JSON document', async () => {
    const study = freshStudy();
    const { code, stdout, stderr } = await shoal(
      on(cancer, '--study', study, '--json', '--objective', 'accuracy,weights'),
    );
    const document = JSON.parse(stdout);
    expect([code, stderr]).toEqual([0, '']);
    expect(document).toMatchObject({
      schemaVersion: 1,
      command: 'tune',
      study,
      reason: 'trials',
      state: 'over',
    });
    expect(document.trials).toMatchObject({ planned: 6, waiting: 0 });
    expect(Object.keys(document.best.objectives)).toEqual(['accuracy', 'weights']);
    expect(document.heldOut.accuracy).toBeGreaterThan(0.8);
    expect(existsSync(document.files.model)).toBe(true);
  });

  it('prints events as lines of JSON, the model last', async () => {
    const { code, stdout, stderr } = await shoal(on(cancer, '--study', freshStudy(), '--jsonl'));
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect([code, stderr]).toEqual([0, '']);
    const trials = events.filter(({ event }) => event === 'trial').map(({ trial }) => trial);
    expect(trials.sort()).toEqual([0, 1, 2, 3, 4, 5]);
    const again = events.filter(({ event }) => event === 'confirmation');
    expect(again).toMatchObject([
      { objectives: { log_loss: { runs: 6 } }, search: { log_loss: { runs: 2 } } },
    ]);
    expect(events.at(-2).best).toMatchObject({ trial: again[0].trial, search: again[0].search });
    expect(events[0]).toEqual({ event: 'round', round: 0, trials: 4 });
    expect(events.at(-2)).toMatchObject({ event: 'end', reason: 'trials', complete: 6 });
    expect(events.at(-1)).toMatchObject({ event: 'model', trial: events.at(-2).best.trial });
  });

  it.each([
    ['a regression', 'diabetes.csv', ['loss', 'mse', 'mae', 'r2']],
    ['several classes', 'digits.csv', ['loss', 'accuracy', 'precision', 'recall', 'f1']],
  ])(
    'learns %s, and its model predicts what was told of the rows that were held out',
    async (_, name, scores) => {
      const study = freshStudy();
      const run = [
        '--study',
        study,
        '--json',
        '--test-size',
        '0.25',
        '--split-seed',
        '7',
        '--epochs',
        '8',
        '--trials',
        '3',
      ];
      const { stdout } = await shoal(on(dataSet(name), ...run));
      const { heldOut, files } = JSON.parse(stdout);
      expect(Object.keys(heldOut)).toEqual(expect.arrayContaining(scores));
      const { model } = readModel(readFileSync(files.model));
      const table = await readTableFile(dataSet(name), { header: true });
      const { validation } = prepareTable(table, { target: 'target', testSize: 0.25, splitSeed: 7 });
      const outputs = await cpuEngine().predict(
        model.network,
        model.weights,
        Float32Array.from(validation.x.values),
        validation.rows,
      );
      const units = outputs.length / validation.rows;
      if (units === 1) expect(r2(validation.y, outputs)).toBeCloseTo(heldOut.r2, 6);
      else {
        const right = Array.from(validation.y).filter((label, row) => {
          const own = Array.from(outputs.subarray(row * units, (row + 1) * units));
          return own.indexOf(Math.max(...own)) === label;
        });
        expect(right.length / validation.rows).toBeCloseTo(heldOut.accuracy, 12);
      }
    },
  );

  it('takes a configuration with functions, and one in JSON', async () => {
    const file = config(`
      import { adam, defineStudy, float, int, mlp } from 'shoal';
      export default defineStudy({
        space: { a: int(1, 4), b: int(1, 4), rate: float(1e-3, 0.1, { log: true }) },
        constraints: [({ a, b }) => Number(a) > Number(b)],
        build: ({ a, b, rate }, { inputs }) => ({
          network: mlp({ inputs, hidden: [Number(a), Number(b)], outputs: 1, activation: 'relu', outputActivation: 'sigmoid' }),
          loss: 'binary_crossentropy',
          optimizer: adam({ learningRate: Number(rate) }),
        }),
        sampler: 'random',
        pruner: 'none',
      });`);
    const study = freshStudy();
    expect(await shoal(on(cancer, file, '--study', study))).toMatchObject({ code: 0 });
    const resumed = await shoal(['resume', study, '--trials', '9']);
    expect(resumed).toMatchObject({ code: 0 });
    expect(resumed.stderr).toContain('engine: CPU');
    const store = StudyStore.open(study, { readOnly: true });
    const { trials, results } = store.load();
    store.close();
    expect(trials).toHaveLength(9);
    for (const {
      parameters: { a, b },
    } of trials)
      expect(Number(a)).toBeGreaterThan(Number(b));
    expect(results.map((result) => result?.weights)).toEqual(
      trials.map(({ parameters: { a, b } }) => 31 * Number(a) + (Number(a) + 1) * Number(b) + Number(b) + 1),
    );
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n// changed`);
    const changed = await shoal(['resume', study, '--trials', '10']);
    expect([changed.code, changed.stderr]).toEqual([
      2,
      expect.stringMatching(/must be the configuration .* has changed/),
    ]);
    const json = config(
      '{ "space": { "units": 3, "learningRate": 0.01 }, "sampler": "random", "objectives": ["f1"] }',
      'study.json',
    );
    const { stdout } = await shoal(on(cancer, json, '--study', freshStudy(), '--json'));
    expect(JSON.parse(stdout).best).toMatchObject({
      parameters: { units: 3, learningRate: 0.01 },
      weights: 97,
    });
  });

  it('counts true and false positives of a single training too', async () => {
    const single = config('{ "space": { "units": 3 }, "folds": 1, "trials": 1 }', 'study.json');
    const { stdout } = await shoal([
      'tune',
      '--data',
      cancer,
      '--target',
      'target',
      '--engine',
      'cpu',
      single,
      '--study',
      freshStudy(),
      '--json',
      '--objective',
      'balanced_accuracy',
    ]);
    expect(JSON.parse(stdout).best.objectives.balanced_accuracy.mean).toBeGreaterThan(0.5);
  });
});

describe('what shoal tune refuses', () => {
  const space = (parameters: object) => config(JSON.stringify({ space: parameters }), 'study.json');
  it.each<[string, string[], number, RegExp]>([
    ['a sampler that there is not', ['--sampler', 'tpee'], 2, /sampler must be one of .* did you mean tpe\?/],
    [
      'a metric of another task',
      ['--objective', 'r2'],
      2,
      /objective must be one of log_loss.* for a binary target, got r2/,
    ],
    [
      'a column that there is not',
      ['--target', 'targett'],
      1,
      /no column "targett"; did you mean "target"\?/,
    ],
    ['a duration that is none', ['--time', '5x'], 2, /must be a duration such as 90s, 10m or 2h/],
    ['a duration of years', ['--time', '9999h'], 2, /seconds must be a finite number above 0 and at most/],
    [
      'more folds than rows',
      ['--folds', '1000'],
      2,
      /must be a whole number from 2 to the 285 rows of the largest class/,
    ],
    [
      'a sampler that cannot search so',
      ['--sampler', 'cmaes', '--objective', 'log_loss,weights'],
      2,
      /cmaes must have one objective/,
    ],
    [
      'a pruner in a population',
      ['--sampler', 'population-based', '--pruner', 'asha'],
      2,
      /pruner must be none with the sampler population-based/,
    ],
    ['a table from standard input', ['--data', '-'], 2, /--data must name a file/],
    ['a table that there is not', ['--data', 'nowhere.csv'], 1, /nowhere\.csv: there is no such file/],
    ['a configuration that there is not', ['nowhere.json'], 2, /must be a file, got nowhere\.json/],
    [
      'a configuration that is no JSON',
      [config('{ "space": ', 'study.json')],
      2,
      /study\.json cannot be read/,
    ],
    [
      'a field that there is not',
      [config('{ "sapce": {} }', 'study.json')],
      2,
      /got sapce; did you mean space\?/,
    ],
    [
      'a configuration that throws',
      [config('throw new Error("boom")')],
      2,
      /study\.config\.ts cannot be read: boom/,
    ],
    [
      'a configuration that is a list',
      [config('export default []')],
      2,
      /must have an object as its default export, .* got a list/,
    ],
    [
      'a parameter that there is not',
      [space({ learningrate: 0.1 })],
      2,
      /got learningrate; did you mean learningRate\?/,
    ],
  ])('%s, leaving no study behind', async (_, more, expected, message) => {
    const folder = fresh();
    const { code, stdout, stderr } = await shoal(on(cancer, ...more), undefined, folder);
    expect([code, stdout, stderr]).toEqual([expected, '', expect.stringMatching(message)]);
    expect(stderr).not.toMatch(/\n +at /);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('no target, no data', async () => {
    expect((await shoal(['tune', '--data', cancer])).stderr).toMatch(/--target must name the column/);
    expect((await shoal(['tune'])).stderr).toMatch(/--data must name a file/);
  });

  it('a study that there is already, and a folder that there is not or is not to be written to', async () => {
    const study = freshStudy();
    writeFileSync(study, 'my diary');
    const { code, stderr } = await shoal(on(cancer, '--study', study));
    expect([code, stderr]).toEqual([1, expect.stringMatching(/exists already; choose another name/)]);
    expect(readFileSync(study, 'utf8')).toBe('my diary');
    const nowhere = await shoal(on(cancer, '--study', join(fresh(), 'x', 'y.shoal')));
    expect([nowhere.code, nowhere.stderr]).toEqual([
      1,
      expect.stringMatching(/folder .* does not exist; make it first/),
    ]);
    if (process.getuid?.() === 0) return;
    const folder = fresh();
    chmodSync(folder, 0o500);
    const readOnly = await shoal(on(cancer, '--study', join(folder, 'y.shoal')));
    expect(readOnly).toMatchObject({ code: 1 });
    expect(readOnly.stderr).not.toMatch(/\n +at /);
  });
});

describe('Ctrl-C', () => {
  const long = [
    'tune',
    '--data',
    moonsTable(),
    '--target',
    'y',
    '--engine',
    'cpu',
    '--folds',
    '2',
    '--round-size',
    '8',
  ];

  it('ends a search in good order: what was announced is saved, and the study goes on to the same end', async () => {
    const study = freshStudy();
    let interrupted = false;
    const { code, stdout, stderr } = await shoal(
      [...long, '--epochs', '12', '--trials', '48', '--study', study, '--jsonl'],
      (text, kill) => {
        if (!interrupted && text.includes('"trial"')) kill('SIGINT');
        interrupted ||= text.includes('"trial"');
      },
    );
    expect([code, stderr]).toEqual([130, expect.stringContaining(`shoal resume ${study}`)]);
    const announced = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event === 'trial');
    const stopped = StudyStore.open(study, { readOnly: true });
    const { results } = stopped.load();
    expect(stopped.progress.ended).toBeUndefined();
    stopped.close();
    expect(announced.length).toBeGreaterThan(0);
    expect(announced.length).toBe(results.filter((result) => result !== undefined).length);
    expect(announced.length).toBeLessThan(48);
    expect(existsSync(study.replace('.shoal', '.safetensors'))).toBe(false);
    expect(await shoal(['resume', study])).toMatchObject({ code: 0 });
    const whole = freshStudy();
    await shoal([...long, '--epochs', '12', '--trials', '48', '--study', whole]);
    expect(storedTable(study)).toEqual(storedTable(whole));
    const weights = (path: string) =>
      readModel(readFileSync(path.replace('.shoal', '.safetensors'))).model.weights;
    expect(weights(study)).toEqual(weights(whole));
  });

  it('comes while a second process finds the study taken, and readers do not', async () => {
    const study = freshStudy();
    let others: Promise<readonly { code: number | null; stdout: string; stderr: string }[]> | undefined;
    const first = await shoal([...long, '--time', '10m', '--study', study, '--jsonl'], (text, kill) => {
      if (!text.includes('"trial"')) return;
      others ??= Promise.all([shoal(['resume', study]), shoal(['study', 'show', study])]).finally(() =>
        kill('SIGINT'),
      );
    });
    expect(first.code).toBe(130);
    const [second, reader] = (await others) ?? [];
    expect([second?.code, second?.stdout]).toEqual([1, '']);
    expect(second?.stderr).toMatch(/process \d+ on .* is writing this study; wait until it ends, or stop it/);
    expect([reader?.code, reader?.stdout]).toEqual([0, expect.stringContaining('running (process')]);
  });
});

describe('shoal resume', () => {
  it('goes further only where it is told how far, by trials or by time', async () => {
    const study = freshStudy();
    await shoal(on(cancer, '--study', study));
    const bare = await shoal(['resume', study]);
    expect([bare.code, bare.stdout]).toEqual([2, '']);
    expect(bare.stderr).toMatch(/is over \(trials\): say how far .* --trials \(of 6\) or --time/);
    const more = await shoal(['resume', study, '--trials', '8', '--json']);
    expect(JSON.parse(more.stdout)).toMatchObject({
      command: 'resume',
      reason: 'trials',
      trials: { planned: 8 },
    });
    const longer = await shoal(['resume', study, '--time', '1s', '--json']);
    expect(JSON.parse(longer.stdout)).toMatchObject({ reason: 'time', state: 'over' });
    expect(storedTable(study).length).toBeGreaterThanOrEqual(8);
    // Fewer than there are: nothing to search, but the model is made anew.
    const fewer = await shoal(['resume', study, '--trials', '2', '--json']);
    expect(JSON.parse(fewer.stdout)).toMatchObject({ reason: 'trials' });
    expect(await shoal(['resume', study, '--time', '9999h'])).toMatchObject({ code: 2 });
  });

  it('finds its table from wherever one stands, or where it was moved to, and refuses another one', async () => {
    const folder = fresh();
    copyFileSync(cancer, join(folder, 'table.csv'));
    await shoal(on('table.csv'), undefined, folder);
    const study = join(folder, 'table.shoal');
    expect(await shoal(['resume', study, '--trials', '7'])).toMatchObject({ code: 0 });
    const moved = join(fresh(), 'table.shoal');
    copyFileSync(study, moved);
    const lost = await shoal(['resume', moved, '--trials', '8']);
    expect([lost.code, lost.stderr]).toEqual([
      1,
      expect.stringMatching(/needs .*table\.csv, which is not there; say with --data/),
    ]);
    expect(await shoal(['resume', moved, '--trials', '8', '--data', cancer])).toMatchObject({ code: 0 });
    const lines = readFileSync(cancer, 'utf8').trimEnd().split('\n');
    writeFileSync(join(folder, 'table.csv'), lines.slice(0, -1).join('\n'));
    const changed = await shoal(['resume', study, '--trials', '8']);
    expect([changed.code, changed.stderr]).toEqual([
      1,
      expect.stringMatching(/has changed since the study was begun/),
    ]);
  });

  it('makes the model of a study that ended without one', async () => {
    const [study, folder] = [freshStudy(), fresh()];
    const unwritable = await shoal(on(cancer, '--study', study, '--model', folder, '--force'));
    expect([unwritable.code, unwritable.stderr]).toEqual([
      2,
      expect.stringMatching(/must be a file that can be written/),
    ]);
    expect(readdirSync(dirname(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(await shoal(['resume', study])).toMatchObject({ code: 0 });
    expect(existsSync(study.replace('.shoal', '.safetensors'))).toBe(true);
    const nowhere = await shoal([
      'resume',
      study,
      '--trials',
      '7',
      '--model',
      join(folder, 'x', 'model.safetensors'),
    ]);
    expect([nowhere.code, nowhere.stderr]).toEqual([
      2,
      expect.stringMatching(/must be in a folder that exists/),
    ]);
  });

  it('refuses what is no study', async () => {
    expect((await shoal(['resume', join(fresh(), 'x.shoal')])).stderr).toMatch(/there is no such study/);
    expect((await shoal(['resume', cancer])).stderr).toMatch(/must be a study of Shoal/);
    expect(await shoal(['resume'])).toMatchObject({ code: 2 });
  });

  it('quotes a path in what it says to do next', async () => {
    const study = join(fresh(), "it's mine.shoal");
    const { stdout } = await shoal(on(cancer, '--study', study));
    expect(stdout).toContain(`shoal resume '${study.replace("'", `'\\''`)}' --time 5m`);
    expect(dirname(study)).not.toContain("'");
  });
});
