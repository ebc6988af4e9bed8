import { Command, Option } from 'commander';
import { readTableFile } from '../data/table/read-table-file.ts';
import type { Table } from '../data/table/table.ts';
import { checkHasColumns, type EvaluatedModel, evaluateTable } from '../evaluate/evaluate.ts';
import type { Evaluation } from '../evaluate/evaluation.ts';
import { type ThresholdMetric, thresholdMetrics } from '../evaluate/thresholds.ts';
import { type EngineName, openEngine } from '../node.ts';
import { evaluationText } from './evaluate-output.ts';
import { type ChosenRows, chosenRows, ownTable, type RowChoice, rowsOption } from './evaluated-rows.ts';
import { interruptSignal } from './interrupt.ts';
import { printJson } from './json.ts';
import { readTableModel } from './model-files.ts';
import { engineOption, jsonOption, numberBetween, wholeNumber } from './options.ts';
import { reportDate } from './report.ts';
import { addReadOptions, type ReadOptions, readSettings } from './table-options.ts';
import { note, ProgressLine } from './terminal.ts';
import { checkTwoClasses, thresholdOption } from './threshold.ts';
import { checkFolders, checkNew, writeWhole } from './write-whole.ts';

export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description(
      'Judges a model on a table: metrics with confidence intervals, thresholds, slices, a report.',
    )
    .argument('<model>', 'the model file that train, tune or import wrote')
    .requiredOption('--data <file>', 'CSV or Parquet table with the target; - reads CSV from standard input');
  return addReadOptions(command)
    .addOption(rowsOption())
    .option('--slice <column>', 'metrics by the values of this column too (may be repeated)', collect)
    .addOption(thresholdOption())
    .addOption(
      new Option(
        '--metric-for-threshold <name>',
        'two classes: show the best threshold for this metric (default: f1)',
      ).choices(thresholdMetrics),
    )
    .option('--resamples <number>', 'of the bootstrap that gives the intervals', wholeNumber(1), 1000)
    .option('--confidence <share>', 'of the intervals', numberBetween(0.01, 0.9999), 0.95)
    .option('--seed <number>', 'of the resamples', wholeNumber(0), 0)
    .addOption(engineOption())
    .option('--report <file>', 'write an HTML page with the curves too (default: none)')
    .option('--force', 'replace a report that is there already')
    .addOption(jsonOption())
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      `
The table needs the columns that the model learned from and the target, by name; others may be there, in any order.
Intervals say how much the metrics vary with the rows; they say nothing about training the model again.

Examples:
  $ shoal evaluate breast-cancer.safetensors --data breast-cancer.csv
  $ shoal evaluate model.safetensors --data new.csv --slice country --slice age --report evaluation.html
  $ shoal evaluate model.safetensors --data new.parquet --metric-for-threshold balanced_accuracy
  $ shoal evaluate model.safetensors --data new.csv --threshold 0.3 --json`,
    )
    .action(evaluate);
}

const collect = (column: string, before: readonly string[] = []) => [...before, column];

interface EvaluateOptions extends ReadOptions {
  readonly data: string;
  readonly rows: RowChoice;
  readonly slice?: readonly string[];
  readonly threshold?: number;
  readonly metricForThreshold?: ThresholdMetric;
  readonly resamples: number;
  readonly confidence: number;
  readonly seed: number;
  readonly engine: EngineName;
  readonly report?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

async function evaluate(path: string, options: EvaluateOptions): Promise<void> {
  const { data, report, force, json } = options;
  checkFolders(report);
  if (!force) checkNew(report);
  const { model, origin } = await readTableModel(path);
  const { preprocessing } = model;
  checkTwoClasses('--threshold', options.threshold, preprocessing.target);
  checkTwoClasses('--metric-for-threshold', options.metricForThreshold, preprocessing.target);
  const progress = new ProgressLine(json === true || options.quiet === true);
  progress.update(`reading ${data}`);
  const own = await ownTable(data, origin);
  const table = await readTableFile(data, { ...readSettings(options), ...own?.read });
  checkHasColumns(table, preprocessing);
  const rows = chosenRows(table, preprocessing.target, options.rows, own);
  const { evaluation, engine } = await judge(model, table, rows, options, progress);
  if (report !== undefined)
    await writeReport(report, evaluation, { model: path, rows: rows.description }, force);
  if (json) return printJson('evaluate', { model: path, data, rows: rows.which, engine, evaluation, report });
  process.stdout.write(`${evaluationText(evaluation, { model: path, rows: rows.description })}\n`);
  if (report !== undefined) note(`report: ${report}`);
}

/** Predicts and measures, with progress, until Ctrl-C. */
async function judge(
  model: EvaluatedModel,
  table: Table,
  { rows, notes }: ChosenRows,
  options: EvaluateOptions,
  progress: ProgressLine,
): Promise<{ evaluation: Evaluation; engine: string }> {
  const { threshold, metricForThreshold, resamples, confidence, seed, slice = [] } = options;
  const { engine } = await openEngine(options.engine);
  const interrupt = interruptSignal();
  try {
    progress.update('predicting');
    const evaluation = await evaluateTable(model, table, {
      engine,
      ...(rows && { rows }),
      slices: slice,
      ...(threshold !== undefined && { threshold }),
      ...(metricForThreshold !== undefined && { metricForThreshold }),
      resamples,
      confidence,
      seed,
      signal: interrupt.signal,
      onProgress: (share) => progress.update(`resampling: ${Math.floor(100 * share)} %`),
    });
    const all = [...notes, ...evaluation.notes];
    return { evaluation: { ...evaluation, notes: all }, engine: engine.description };
  } finally {
    progress.end();
    interrupt.release();
    engine.close();
  }
}

/** Writes the page. The library of charts is loaded for it only. */
async function writeReport(
  file: string,
  evaluation: Evaluation,
  facts: { readonly model: string; readonly rows: string },
  force = false,
): Promise<void> {
  const { evaluationReport } = await import('../report/index.ts');
  await writeWhole(file, evaluationReport(evaluation, { ...facts, date: reportDate() }), { force });
}
