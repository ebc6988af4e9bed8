import type { SqliteFile } from './database.ts';
import { textOf } from './values.ts';

/** Rules that the tables do not enforce by themselves; each gives the number of rows that break it. */
const rules: readonly (readonly [sql: string, problem: string])[] = [
  ['SELECT max(trial) + 1 - count(*) FROM trials', 'trials are missing'],
  [
    'SELECT count(*) FROM results WHERE trial NOT IN (SELECT trial FROM curves)',
    'learning curves are missing',
  ],
  [
    `SELECT count(*) FROM results JOIN layouts USING (layout) WHERE length(numbers) <> 8 * (3 + parts ->> 'values'
      + parts ->> 'runs' + parts ->> 'rungs' + json_array_length(parts, '$.metrics'))`,
    'results have the wrong length',
  ],
  [
    `SELECT count(*) FROM confirmations, study WHERE length(numbers) % 8 <> 0
      OR length(numbers) / 8 - json_array_length(metrics) < json_array_length(settings, '$.objectives')`,
    'confirmations have the wrong length',
  ],
];

/** Reads the whole file. @returns what is wrong with it, in words; empty for a sound one */
export function problemsOf(file: SqliteFile): string[] {
  const damages = file
    .prepare('SELECT CAST(integrity_check AS BLOB) FROM pragma_integrity_check')
    .rows()
    .map(([text]) => textOf(text));
  if (damages.join() !== 'ok') return damages;
  const orphans = file.prepare('SELECT CAST("table" AS BLOB), rowid FROM pragma_foreign_key_check').rows();
  const broken = rules.flatMap(([sql, problem]) => {
    const count = Number(file.value(sql));
    return count === 0 ? [] : [`${count} ${problem}`];
  });
  return [...orphans.map(([table, row]) => `row ${row} of ${textOf(table)} belongs to nothing`), ...broken];
}
