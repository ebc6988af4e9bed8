import { once } from 'node:events';
import { Command, Option } from 'commander';
import { CancelledError, DataError, UsageError } from '../core/errors.ts';
import type { Preprocessing } from '../data/table/prepare-table.ts';
import { openTableFile, type TableReading } from '../data/table/read-table-file.ts';
import { checkColumns } from '../data/table/table.ts';
import type { TablePart } from '../data/table/table-parts.ts';
import type { Engine } from '../engine/engine.ts';
import type { SavedModel } from '../export/saved-model.ts';
import { type EngineName, openEngine } from '../node.ts';
import { counted } from '../report/numbers.ts';
import { predictTable } from '../train/trained-model.ts';
import { interruptSignal } from './interrupt.ts';
import { printJson } from './json.ts';
import { readTableModel } from './model-files.ts';
import { engineOption, jsonOption, wholeNumber } from './options.ts';
import {
  type PredictionFormat,
  type PredictionWriter,
  predictionFormats,
  predictionWriter,
} from './prediction-text.ts';
import { addReadOptions, type ReadOptions, readSettings } from './table-options.ts';
import { note, ProgressLine } from './terminal.ts';
import { checkTwoClasses, thresholdOption } from './threshold.ts';
import { checkFolders, checkNew, writeWhole } from './write-whole.ts';

export function predictCommand(): Command {
  const command = new Command('predict')
    .description("Predicts the target of a table's rows, a line of output for each row.")
    .argument('<model>', 'the model file that train, tune or import wrote')
    .requiredOption('--data <file>', 'CSV or Parquet table; - reads CSV from standard input');
  return addReadOptions(command)
    .option('--output <file>', 'where to; standard output unless given')
    .addOption(
      new Option(
        '--format <name>',
        'csv, or jsonl: a JSON object a line (default: as --output ends, or csv)',
      ).choices(predictionFormats),
    )
    .option(
      '--keep <columns>',
      'columns of the table to repeat before the predictions, separated by commas, or all',
    )
    .addOption(thresholdOption())
    .option('--rows-at-once <number>', 'rows that are in memory at once', wholeNumber(1), 32768)
    .addOption(engineOption())
    .option('--force', 'replace a file that is there already')
    .addOption(jsonOption())
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      `
The table needs the columns that the model learned from, by name; others may be there, in any order. Rows are predicted
as they are read, so that a table may be larger than the memory.

Examples:
  $ shoal predict breast-cancer.safetensors --data patients.csv > predictions.csv
  $ shoal predict model.safetensors --data new.parquet --keep id --format jsonl --output predictions.jsonl
  $ gunzip -c log.csv.gz | shoal predict model.safetensors --data - --keep all --output scored.csv --json`,
    )
    .action(predict);
}

interface PredictOptions extends ReadOptions {
  readonly data: string;
  readonly output?: string;
  readonly format?: PredictionFormat;
  readonly keep?: string;
  readonly threshold?: number;
  readonly rowsAtOnce: number;
  readonly engine: EngineName;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

async function predict(path: string, options: PredictOptions): Promise<void> {
  const { output, json, force } = options;
  if (json && output === undefined) {
    throw new UsageError(
      '--output must name a file with --json: predictions and document cannot share the output',
    );
  }
  checkFolders(output);
  if (!force) checkNew(output);
  const { model } = await readTableModel(path);
  const { preprocessing } = model;
  checkTwoClasses('--threshold', options.threshold, preprocessing.target);
  const kept: Job['kept'] = options.keep === 'all' ? options.keep : (options.keep?.split(',') ?? []);
  const columns = preprocessing.preprocessor.columnNames;
  const { rowsAtOnce } = options;
  const reading = await openTableFile(options.data, { ...readSettings(options), rowsAtOnce, columns, kept });
  const chosen = await openEngine(options.engine);
  const interrupt = interruptSignal();
  try {
    const job = {
      model,
      preprocessing,
      kept,
      reading,
      options,
      engine: chosen.engine,
      signal: interrupt.signal,
    };
    const started = performance.now();
    const counts = await write(job);
    const elapsedMs = performance.now() - started;
    if (json) printJson('predict', { model: path, data: options.data, output, ...counts, elapsedMs });
    else tell(counts, output, elapsedMs);
  } finally {
    interrupt.release();
    chosen.engine.close();
  }
}

/** A table that is to be predicted. */
interface Job {
  readonly model: SavedModel['model'];
  readonly preprocessing: Preprocessing;
  readonly kept: readonly string[] | 'all';
  readonly reading: TableReading;
  readonly options: PredictOptions;
  readonly engine: Engine;
  readonly signal: AbortSignal;
}

interface Counts {
  rows: number;
  /** Rows with missing cells, where the model learned to leave those out. */
  withoutPrediction: number;
}

async function write(job: Job): Promise<Counts> {
  const { output, force = false, quiet, json } = job.options;
  const counts = { rows: 0, withoutPrediction: 0 };
  const progress = new ProgressLine(quiet === true || json === true);
  const texts = predictionTexts(job, counts, progress);
  try {
    if (output !== undefined) await writeWhole(output, texts, { force });
    else for await (const text of texts) if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  } finally {
    progress.end();
  }
  return counts;
}

/** The output, part by part. */
async function* predictionTexts(job: Job, counts: Counts, progress: ProgressLine): AsyncGenerator<string> {
  const { model, preprocessing, reading, options, engine, signal } = job;
  const { threshold } = options;
  let writer: PredictionWriter | undefined;
  for await (const part of ahead(reading.parts)) {
    if (signal.aborted) throw new CancelledError(`cancelled after ${counts.rows} rows`);
    if (!writer) {
      writer = predictionWriter(formatOf(options), preprocessing.target, checkedNames(job, part));
      yield writer.head;
    }
    const predictions = await predictTable(model, part.table, engine, {
      ...(threshold !== undefined && { threshold }),
    });
    yield writer.rows(part, predictions);
    counts.rows += part.table.rows;
    counts.withoutPrediction += part.table.rows - predictions.rows.length;
    progress.update(progressText(counts.rows, reading.fraction()));
  }
  if (!writer) throw new DataError({ source: options.data }, 'the file has a header but no rows');
}

/** Looks at a table's columns before its first row. @returns those that are repeated */
function checkedNames({ preprocessing, kept, options }: Job, { names }: TablePart): readonly string[] {
  checkColumns(options.data, names, preprocessing.preprocessor.columnNames);
  const keptNames = kept === 'all' ? names : kept;
  const unknown = keptNames.find((name) => !names.includes(name));
  if (unknown === undefined) return keptNames;
  throw new UsageError(
    `--keep must name columns of the table (${names.slice(0, 20).join(', ')}), got ${unknown}`,
  );
}

/** JSON lines where the file's name says so. */
function formatOf({ format, output = '' }: PredictOptions): PredictionFormat {
  return format ?? (/\.(jsonl|ndjson)$/.test(output) ? 'jsonl' : 'csv');
}

/** The same parts; the next one is read while the caller works on one. */
async function* ahead<T>(parts: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = parts[Symbol.asyncIterator]();
  let next = iterator.next();
  // Its error is thrown where it is awaited, also when that is later.
  next.catch(() => undefined);
  for (let part = await next; !part.done; part = await next) {
    next = iterator.next();
    next.catch(() => undefined);
    yield part.value;
  }
}

function progressText(rows: number, fraction: number | undefined): string {
  const share = fraction === undefined ? '' : ` (${Math.floor(100 * fraction)} %)`;
  return `${rows.toLocaleString('en')} rows${share}`;
}

function tell({ rows, withoutPrediction }: Counts, output: string | undefined, elapsedMs: number): void {
  const place = output === undefined ? '' : `: ${output}`;
  note(`${counted(rows, 'row')} in ${(elapsedMs / 1000).toFixed(1)} s${place}`);
  if (withoutPrediction > 0) note(`${withoutPrediction} rows have missing cells, and no prediction`);
}
