import { Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../core/errors.ts';
import { version } from '../core/version.ts';
import type { MappingChoice } from '../engine/webgpu/planner.ts';
import type { EngineName } from '../node.ts';
import { limitOf, type StudyConfig, searchSettings } from '../study/define-study.ts';
import { prunerNames } from '../study/pruners/index.ts';
import type { StudySettings } from '../study/records.ts';
import { rehearseStudy } from '../study/run-study.ts';
import { samplerNames } from '../study/samplers/index.ts';
import { StudyStore } from '../study/store/study-store.ts';
import { engineOption, jsonOption, mappingOption, wholeNumber } from './options.ts';
import { freeStudyPath, fromStudy, holdsFunctions, readConfig, sha256Of } from './study-files.ts';
import {
  openStudyEngine,
  partsOf,
  rowsOf,
  runSession,
  type SessionOptions,
  sessionOutputs,
} from './study-session.ts';
import { addTableOptions, prepareSettings, readPrepared, type TableOptions } from './table-options.ts';
import { note } from './terminal.ts';
import { checkFolders, checkNew } from './write-whole.ts';

export function tuneCommand(): Command {
  const command = new Command('tune')
    .description('Searches for the best way to train on a table: thousands of trainings side by side.')
    .argument('[config]', 'study.config.ts, .js or .json: search space, sampler, objectives ...');
  return addSessionOptions(addTableOptions(command))
    .addOption(engineOption())
    .addOption(mappingOption('auto'))
    .option(
      '--trials <number>',
      'configurations to try (default: as many as the time allows)',
      wholeNumber(1),
    )
    .option('--time <duration>', 'such as 90s, 10m or 2h (default: 30s, unless --trials is given)', seconds)
    .option(
      '--objective <metrics>',
      'what is made better, separated by commas (default: log_loss, or mse)',
      list,
    )
    .option('--sampler <name>', `one of ${samplerNames.join(', ')} (default: tpe)`)
    .option('--pruner <name>', `one of ${prunerNames.join(', ')} (default: asha)`)
    .option(
      '--folds <number>',
      'folds that judge each configuration (default: 5; 1 from 5,000 rows on)',
      wholeNumber(1),
    )
    .option(
      '--repeats <number>',
      'trainings on each fold, with seeds of their own (default: 1)',
      wholeNumber(1),
    )
    .option(
      '--confirm <number>',
      'sets of other folds on which the best are trained again before one is called the best (default: 3; 0 with one fold, several objectives or a population)',
      wholeNumber(0),
    )
    .option('--epochs <number>', 'epochs of a training at most (default: 60)', wholeNumber(1))
    .option('--round-size <number>', 'configurations that are suggested together', wholeNumber(1))
    .option('--seed <number>', 'seed of the search, the folds and all trainings (default: 0)', wholeNumber(0))
    .option('--study <file>', 'where the study is kept (default: named after the data, with .shoal)')
    .addHelpText(
      'after',
      `
The held-out rows (--test-size) are not seen by the search: they judge the final model.

Examples:
  $ shoal tune --data breast-cancer.csv --target target
  $ shoal tune --data houses.csv --target price --time 5m --objective mae
  $ shoal tune --data digits.csv --target target --trials 500 --sampler random --pruner none
  $ shoal tune --data survey.csv --target answer study.config.ts --jsonl > events.jsonl

A configuration, all of whose fields may be left out:
  import { choice, defineStudy, float } from 'shoal';
  export default defineStudy({
    space: { hidden: choice([[16], [32, 16]]), learningRate: float(1e-4, 0.1, { log: true }), batchSize: 32 },
    objectives: ['log_loss', 'weights'],
    trials: 500,
  });

Ctrl-C ends the search in good order; shoal resume goes on with it.`,
    )
    .action(tune);
}

/** Options of the commands that run a study. */
export function addSessionOptions(command: Command): Command {
  return command
    .option('--model <file>', "the final model (default: the study's name with .safetensors)")
    .option('--report <file>', "the report (default: the study's name with .report.html)")
    .option('--force', 'replace a model and a report that are there already')
    .addOption(jsonOption())
    .option('--jsonl', 'print one JSON event a line as the study goes on')
    .option('--quiet', 'no progress');
}

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600 };

/** Seconds of `90s`, `10m`, `2h` or a bare number. */
export function seconds(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(s|m|min|h)?$/.exec(text.trim());
  const value = Number(match?.[1]) * (secondsOf[match?.[2] ?? 's'] ?? Number.NaN);
  if (value > 0) return value;
  throw new InvalidArgumentError('It must be a duration such as 90s, 10m or 2h.');
}

const list = (text: string) => text.split(',').map((name) => name.trim());

interface TuneCommandOptions extends TableOptions, SessionOptions {
  readonly data?: string;
  readonly engine: EngineName;
  readonly mapping: MappingChoice;
  readonly trials?: number;
  readonly time?: number;
  readonly objective?: string[];
  readonly sampler?: string;
  readonly pruner?: string;
  readonly folds?: number;
  readonly repeats?: number;
  readonly confirm?: number;
  readonly epochs?: number;
  readonly roundSize?: number;
  readonly seed?: number;
  readonly study?: string;
}

async function tune(configFile: string | undefined, options: TuneCommandOptions): Promise<void> {
  const { data: file } = options;
  if (file === undefined || file === '-') {
    throw new UsageError(
      `--data must name a file, which a study that is resumed reads again, got ${file ?? 'none'}`,
    );
  }
  const path = options.study ?? freeStudyPath(file);
  const { model, report } = sessionOutputs(path, options);
  checkFolders(options.model, options.report);
  if (!options.force) checkNew(model, report);
  const prepare = prepareSettings(options);
  const config = withFlags(configFile === undefined ? {} : await readConfig(configFile), options);
  const { prepared, remarks } = await readPrepared(file, prepare);
  const { target, training, validation, preprocessor } = prepared;
  const features = preprocessor.featureNames.length;
  const facts = { task: target.task, features, classes: target.labels.length, rows: training.rows };
  const search = searchSettings(config, facts);
  const chosen = await openStudyEngine(options.engine, options.mapping);
  try {
    const settings: StudySettings = {
      name: path.replace(/^.*[/\\]/, '').replace(/\.shoal$/, ''),
      version,
      ...search,
      data: {
        file: fromStudy(path, file),
        sha256: await sha256Of(file),
        target: target.name,
        task: target.task,
        rows: training.rows,
        heldOutRows: validation.rows,
        features,
        prepare: { ...prepare },
      },
      ...(configFile !== undefined &&
        holdsFunctions(config) && {
          config: { file: fromStudy(path, configFile), sha256: await sha256Of(configFile) },
        }),
      engine: chosen.engine.description,
      chosen: { mapping: options.mapping },
    };
    for (const remark of options.json || options.jsonl ? [] : remarks) note(remark);
    const { engine } = chosen;
    rehearseStudy(settings, { engine, rows: rowsOf(prepared), ...partsOf(settings, config) });
    const store = StudyStore.create(path, settings, limitOf(config));
    await runSession({ command: 'tune', store, path, prepared, config, chosen, options });
  } finally {
    chosen.engine.close();
  }
}

/** Flags win over the file. */
function withFlags(config: StudyConfig, options: TuneCommandOptions): StudyConfig {
  const { trials, time, objective, sampler, pruner, folds, repeats, confirm, epochs, roundSize, seed } =
    options;
  const flags = {
    trials,
    seconds: time,
    objectives: objective,
    sampler,
    pruner,
    folds,
    repeats,
    confirm,
    epochs,
    roundSize,
    seed,
  };
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  return { ...config, ...given };
}
