import { Option } from 'commander';
import { UsageError } from '../core/errors.ts';
import type { CsvOptions } from '../data/table/csv.ts';
import { splitRows } from '../data/table/prepare-table.ts';
import { allRows, findColumn, type Table } from '../data/table/table.ts';
import { type Target, targetValues } from '../data/table/target.ts';
import type { DataOrigin, ModelOrigin } from '../export/saved-model.ts';
import { count, counted } from '../report/numbers.ts';
import { sha256Of } from './study-files.ts';

const rowChoices = ['auto', 'all', 'held-out'] as const;
export type RowChoice = (typeof rowChoices)[number];

export const rowsOption = () =>
  new Option(
    '--rows <which>',
    'of the table that the model learned from: only the rows that were held out, or all; auto takes those that were held out, and all of any other table',
  )
    .choices(rowChoices)
    .default('auto');

/** The table that a model learned from: how it was read and split. */
export interface OwnTable {
  readonly trainingRows: number;
  readonly read: CsvOptions;
  readonly split: { readonly testSize: number; readonly splitSeed: number };
}

/** Which rows of a table are judged. */
export interface ChosenRows {
  /** All where it is absent. */
  readonly rows?: Int32Array;
  readonly which: 'all' | 'held-out';
  readonly description: string;
  readonly notes: readonly string[];
}

/** The table that the model learned from, if the file is that one, byte by byte. */
export async function ownTable(path: string, { data }: ModelOrigin): Promise<OwnTable | undefined> {
  if (path === '-' || !data || (await hashOf(path)) !== data.sha256) return undefined;
  return settingsOf(data);
}

/** The hash of a file that can be read; reading the table says what is wrong with others. */
async function hashOf(path: string): Promise<string | undefined> {
  try {
    return await sha256Of(path);
  } catch {
    return undefined;
  }
}

function settingsOf({ trainingRows, prepare }: DataOrigin): OwnTable | undefined {
  const { header, delimiter, testSize, splitSeed } = prepare;
  if (typeof testSize !== 'number' || typeof splitSeed !== 'number') return undefined;
  const read = {
    ...(typeof header === 'boolean' && { header }),
    ...(typeof delimiter === 'string' && { delimiter }),
  };
  return { trainingRows, read, split: { testSize, splitSeed } };
}

/**
 * The rows that were held out, of the table that the model learned from; all rows of another table.
 * @throws UsageError where held-out rows are asked for of another table
 */
export function chosenRows(
  table: Table,
  target: Target,
  choice: RowChoice,
  own: OwnTable | undefined,
): ChosenRows {
  const all = { which: 'all', description: `all ${counted(table.rows, 'row')} of ${table.source}` } as const;
  if (!own) {
    if (choice !== 'held-out') return { ...all, notes: [] };
    throw new UsageError(
      `--rows held-out must come with the file that the model learned from, got ${table.source}, which is another or has changed; use --rows all`,
    );
  }
  const learned = `the model learned from ${count(own.trainingRows)} of the ${count(table.rows)} rows`;
  if (choice === 'all')
    return { ...all, notes: [`${learned}, so that the metrics flatter it; use --rows held-out`] };
  const values = targetValues(table, findColumn(table, target.name), target, allRows(table));
  const rows = splitRows(values, target, own.split).test.toSorted();
  const description = `the ${counted(rows.length, 'row')} of ${table.source} that were held out from training`;
  return { rows, which: 'held-out', description, notes: [`${learned}; --rows all takes them too`] };
}
