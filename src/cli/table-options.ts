import { type Command, Option } from 'commander';
import { UsageError } from '../core/errors.ts';
import type { CsvOptions } from '../data/table/csv.ts';
import { type PreparedTable, type PrepareOptions, prepareTable } from '../data/table/prepare-table.ts';
import type { MissingPolicy } from '../data/table/preprocessor.ts';
import { readTableFile } from '../data/table/read-table-file.ts';
import type { Task } from '../data/table/target.ts';
import { numberBetween, wholeNumber } from './options.ts';

/** Options of all commands that read a table. */
export interface ReadOptions {
  readonly delimiter?: string;
  readonly header: boolean;
}

export function addReadOptions(command: Command): Command {
  return command
    .option('--delimiter <character>', 'between the fields of a CSV file (default: found out)')
    .option('--no-header', 'the CSV file has no header; its columns are x0, x1, ...');
}

/** How a CSV file is read. */
export function readSettings({ delimiter, header }: ReadOptions): CsvOptions & { readonly header: boolean } {
  return { header, ...(delimiter !== undefined && { delimiter: unescaped(delimiter) }) };
}

/** Options of all commands that learn from a table. */
export interface TableOptions extends ReadOptions {
  readonly target?: string;
  readonly task: Task | 'auto';
  readonly exclude?: string;
  readonly missing: MissingPolicy;
  readonly testSize: number;
  readonly splitSeed: number;
}

export function addTableOptions(command: Command): Command {
  command
    .option('--data <file>', 'CSV or Parquet table; - reads CSV from standard input')
    .option('--target <column>', 'name of the column to predict, or its place counted from 0')
    .addOption(
      new Option('--task <kind>', 'what the target is')
        .choices(['auto', 'binary', 'multiclass', 'regression'])
        .default('auto'),
    )
    .option('--exclude <columns>', 'columns that are no features, separated by commas')
    .addOption(
      new Option('--missing <policy>', 'what to do with missing cells')
        .choices(['error', 'median', 'mean', 'drop'])
        .default('error'),
    );
  return addReadOptions(command)
    .option('--test-size <share>', 'share or number of rows that are held out', numberBetween(0), 0.2)
    .option('--split-seed <number>', 'seed of the split', wholeNumber(0), 42);
}

/** How a table is read and prepared, as plain data. */
export interface PrepareSettings extends PrepareOptions, ReadOptions {}

/** @throws UsageError where no target is named */
export function prepareSettings(options: TableOptions): PrepareSettings {
  const { target, task, missing, testSize, splitSeed } = options;
  if (target === undefined) {
    throw new UsageError('--target must name the column to predict when --data is given');
  }
  const exclude = options.exclude?.split(',') ?? [];
  return { target, task, exclude, missing, testSize, splitSeed, ...readSettings(options) };
}

/** `\t` typed in a shell means a tab. */
const unescaped = (delimiter: string) => (delimiter === '\\t' ? '\t' : delimiter);

/** Reads and prepares a table. @returns remarks for people too */
export async function readPrepared(
  path: string,
  { header, delimiter, ...options }: PrepareSettings,
): Promise<{ prepared: PreparedTable; remarks: string[] }> {
  const table = await readTableFile(path, { header, ...(delimiter !== undefined && { delimiter }) });
  const prepared = prepareTable(table, options);
  const { target, preprocessor, training, validation, dropped } = prepared;
  const classes = target.labels.length > 0 ? ` of ${target.labels.length} classes` : '';
  const remarks = [
    `data: ${table.source}, ${training.rows} rows to train on, ${validation.rows} held out, ${preprocessor.featureNames.length} features`,
    `target: ${target.name}, ${target.task}${classes}`,
    ...(dropped > 0 ? [`${dropped} rows with missing cells were left out`] : []),
  ];
  return { prepared, remarks };
}
