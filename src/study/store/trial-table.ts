import { wholeNumber } from '../../core/check.ts';
import { UsageError } from '../../core/errors.ts';
import type { TrialRecord, TrialState } from '../records.ts';
import type { Parameters, ParameterValue } from '../space-types.ts';
import type { SqliteFile, Statement } from './database.ts';
import { bytesOf, floatsOfHex, inTurn, jsonOf } from './values.ts';

/** Rows that cross from SQLite at once: a value of a row by itself costs more than reading it from the disk. */
export const chunk = 2048;

/** The trials that were suggested. */
export class TrialTable {
  private readonly insert: Statement;
  private readonly readChunk: Statement;
  private readonly countAll: Statement;

  constructor(file: SqliteFile) {
    this.insert = file.prepare(
      'INSERT INTO trials (trial, round, parent, parameters, point) VALUES (?, ?, ?, ?, ?)',
    );
    this.readChunk = file.prepare(
      `SELECT CAST(json_group_array(trial) AS BLOB), CAST(json_group_array(round) AS BLOB),
        CAST(json_group_array(parent) AS BLOB), CAST('[' || group_concat(parameters, ',') || ']' AS BLOB),
        CAST(json_group_array(length(point) / 8) AS BLOB), CAST(group_concat(hex(point), '') AS BLOB)
        FROM trials WHERE trial >= ? AND trial < ?`,
    );
    this.countAll = file.prepare('SELECT ifnull(max(trial), -1) + 1 FROM trials');
  }

  /** Trials have the indices from 0 to this number less 1. */
  count(): number {
    return Number(this.countAll.row()?.[0]);
  }

  /** @throws UsageError where the indices do not follow on those that are there, or a parent is no earlier trial */
  add(trials: readonly TrialRecord[]): void {
    let next = this.count();
    for (const { index, round, parent, parameters, point } of trials) {
      if (index !== next) throw new UsageError(`the next trial must have index ${next}, got ${index}`);
      wholeNumber(`round of trial ${index}`, round, 0);
      if (parent !== undefined) wholeNumber(`parent of trial ${index}`, parent, 0, index - 1);
      this.insert.run(index, round, parent ?? null, parametersText(parameters), bytesOf(point));
      next++;
    }
  }

  /** @param stateOf the state of a trial, by its index */
  all(stateOf: (index: number) => TrialState): TrialRecord[] {
    const trials: TrialRecord[] = [];
    for (let first = 0, end = this.count(); first < end; first += chunk) {
      const row = this.readChunk.row(first, first + chunk) as Uint8Array[];
      trials.push(...trialsOf(row, stateOf));
    }
    return trials;
  }
}

function trialsOf(
  [indices, rounds, parents, parameters, lengths, points]: readonly Uint8Array[],
  stateOf: (index: number) => TrialState,
): TrialRecord[] {
  const [index, round, parent, values, length] = [indices, rounds, parents, parameters, lengths].map(
    jsonOf,
  ) as [number[], number[], (number | null)[], Parameters[], number[]];
  const take = inTurn(floatsOfHex(points as Uint8Array));
  if (values.length !== index.length) throw new RangeError('parameters are not one object a trial');
  return index.map((trial, i) => {
    const record: TrialRecord = {
      index: trial,
      round: round[i] as number,
      parameters: values[i] as Parameters,
      point: take(length[i] as number),
      state: stateOf(trial),
    };
    const origin = parent[i];
    return typeof origin === 'number' ? { ...record, parent: origin } : record;
  });
}

/** JSON that keeps the sign of -0. */
function parametersText(parameters: Parameters): string {
  const entries = Object.entries(parameters).map(
    ([name, value]) => `${JSON.stringify(name)}:${valueText(name, value)}`,
  );
  return `{${entries.join(',')}}`;
}

function valueText(name: string, value: ParameterValue): string {
  if (Array.isArray(value)) return `[${value.map((item) => valueText(name, item)).join(',')}]`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value !== 'number' || Number.isFinite(value)) return JSON.stringify(value);
  throw new UsageError(`parameter ${name} must be a finite number, got ${value}`);
}
