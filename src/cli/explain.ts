import { Command, InvalidArgumentError, Option } from 'commander';
import type { CsvOptions } from '../data/table/csv.ts';
import { readTableFile } from '../data/table/read-table-file.ts';
import type { Table } from '../data/table/table.ts';
import { explain } from '../explain/explain.ts';
import { type ExplainMethod, type Explanation, explainMethods } from '../explain/explanation.ts';
import { importanceMetrics } from '../explain/metric.ts';
import { type OutputScale, outputScales } from '../explain/subject.ts';
import type { ExplainOptions } from '../explain/work.ts';
import type { SavedModel } from '../export/saved-model.ts';
import { describeNetwork } from '../model/network-summary.ts';
import { type ChosenEngine, type EngineName, openEngine } from '../node.ts';
import { type ChosenRows, chosenRows, ownTable, type RowChoice, rowsOption } from './evaluated-rows.ts';
import { explanationText } from './explain-output.ts';
import { interruptSignal } from './interrupt.ts';
import { printJson } from './json.ts';
import { readTableModel } from './model-files.ts';
import { engineOption, jsonOption, wholeNumber } from './options.ts';
import { reportDate } from './report.ts';
import { addReadOptions, type ReadOptions, readSettings } from './table-options.ts';
import { isInteractive, note, ProgressLine } from './terminal.ts';
import { checkFolders, checkNew, writeWhole } from './write-whole.ts';

const examples = `
Examples:
  $ shoal explain model.safetensors --data breast-cancer.csv
      which columns matter, and which cannot be told from noise
  $ shoal explain model.safetensors --data breast-cancer.csv --row 0 --row 17
      what each column adds to the predictions of two rows
  $ shoal explain model.safetensors --data breast-cancer.csv --report explanation.html
  $ shoal explain model.safetensors --data new-patients.csv --method shap --json > explanation.json
      the table needs the target for permutation importance only

Large tables and networks are looked at in part, so that all takes seconds; --most-rows takes more.`;

export function explainCommand(): Command {
  const command = new Command('explain')
    .description('Says which columns a model goes by: on the whole, in single rows, and how.')
    .argument('<model>', 'the model file that train, tune or import wrote')
    .requiredOption('--data <file>', 'CSV or Parquet table; - reads CSV from standard input');
  return addReadOptions(command)
    .option('--row <number>', 'a row to explain by itself, counted from 0; may be repeated', row)
    .option(
      '--method <names>',
      `of ${explainMethods.join(', ')}, separated by commas (default: all)`,
      methods,
    )
    .option('--metric <name>', `of permutation importance: ${importanceMetrics.join(', ')}`)
    .option('--repeats <number>', 'how often each column is shuffled', wholeNumber(2), 10)
    .addOption(rowsOption())
    .option('--most-rows <number>', 'how many to look at (default: what takes seconds)', wholeNumber(2))
    .option(
      '--background <rows>',
      'rows that stand for columns which are not known, in SHAP values (default: up to 100)',
      wholeNumber(1),
    )
    .option(
      '--class <label>',
      "the class to explain (default: of two the second, of several each row's likeliest)",
    )
    .addOption(
      new Option('--scale <name>', "a classifier's probabilities, or the logits that they are made of")
        .choices([...outputScales])
        .default('probability'),
    )
    .option('--seed <number>', 'seed of all that is drawn at random', wholeNumber(0), 0)
    .addOption(engineOption())
    .option('--report <file>', 'write an HTML page with all of it')
    .option('--force', 'replace a report that is there already')
    .addOption(jsonOption())
    .option('--quiet', 'no progress')
    .addHelpText('after', examples)
    .action(run);
}

interface CommandOptions extends ReadOptions {
  readonly data: string;
  readonly row?: readonly number[];
  readonly method?: ExplainMethod[];
  readonly metric?: string;
  readonly repeats: number;
  readonly rows: RowChoice;
  readonly mostRows?: number;
  readonly background?: number;
  readonly class?: string;
  readonly scale: OutputScale;
  readonly seed: number;
  readonly engine: EngineName;
  readonly report?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

function row(text: string, before: readonly number[] = []): number[] {
  return [...before, wholeNumber(0)(text)];
}

function methods(text: string): ExplainMethod[] {
  return text.split(',').map((name) => {
    const method = explainMethods.find((known) => known === name.trim());
    if (method) return method;
    throw new InvalidArgumentError(`Each must be one of ${explainMethods.join(', ')}.`);
  });
}

async function run(path: string, options: CommandOptions): Promise<void> {
  const { data, report, force } = options;
  checkFolders(report);
  if (!force) checkNew(report);
  const saved = await readTableModel(path);
  const own = await ownTable(data, saved.origin);
  const table = await readTable(options, own?.read);
  const chosen = chosenRows(table, saved.model.preprocessing.target, options.rows, own);
  const explanation = await explainWithProgress(saved, table, chosen, options);
  await show(path, { ...explanation, notes: [...chosen.notes, ...explanation.notes] }, options);
}

/** Explains until Ctrl-C. */
async function explainWithProgress(
  saved: SavedModel,
  table: Table,
  { rows }: ChosenRows,
  options: CommandOptions,
): Promise<Explanation> {
  const chosen = await openEngine(options.engine);
  const interrupt = interruptSignal();
  const progress = new ProgressLine(isSilent(options));
  try {
    if (!options.json) introduce(saved, chosen);
    return await explain(saved.model, table, {
      ...explainOptions(options),
      ...(rows && { among: rows }),
      engine: chosen.engine,
      signal: interrupt.signal,
      onProgress: (stage, done, total) => {
        progress.update(`${stage}: ${Math.floor((100 * done) / total)} %`);
      },
    });
  } finally {
    progress.end();
    interrupt.release();
    chosen.engine.close();
  }
}

/** A large table takes seconds to read. */
async function readTable(options: CommandOptions, read: CsvOptions = {}): Promise<Table> {
  const progress = new ProgressLine(!isInteractive || isSilent(options));
  progress.update(`reading ${options.data}`);
  try {
    return await readTableFile(options.data, { ...readSettings(options), ...read });
  } finally {
    progress.end();
  }
}

function isSilent({ quiet, json }: CommandOptions): boolean {
  return quiet === true || json === true;
}

function introduce({ model }: SavedModel, { engine, reason }: ChosenEngine): void {
  note(`engine: ${engine.description} (${reason})`);
  note(`network: ${describeNetwork(model.network)}`);
}

/** Typical rows are for those who get all: the terminal shows the rows that were asked for. */
function explainOptions(options: CommandOptions): ExplainOptions {
  const { method, metric, repeats, mostRows, background, scale, seed } = options;
  const isFull = options.json === true || options.report !== undefined;
  return {
    ...(method && { methods: method }),
    ...((options.row || !isFull) && { rows: options.row ?? [] }),
    ...(metric !== undefined && { metric }),
    ...(mostRows !== undefined && { mostRows }),
    ...(background !== undefined && { backgroundRows: background }),
    ...(options.class !== undefined && { class: options.class }),
    ...{ repeats, scale, seed },
  };
}

async function show(
  model: string,
  explanation: Explanation,
  { json, report, force = false }: CommandOptions,
): Promise<void> {
  if (json) printJson('explain', { model, ...explanation });
  else process.stdout.write(`${explanationText(explanation)}\n`);
  if (report === undefined) return;
  const { explanationReport } = await import('../report/index.ts');
  await writeWhole(report, explanationReport(explanation, { date: reportDate() }), { force });
  note(`report: ${report}`);
}
