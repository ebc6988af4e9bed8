import { UsageError } from '../../core/errors.ts';
import type { Confirmation } from '../records.ts';
import type { SqliteFile, Statement } from './database.ts';
import { insertOnce } from './sqlite-errors.ts';
import { bytesOf, floatsOf, inTurn, jsonOf } from './values.ts';

/** What the best trials reached when they were trained again; few rows. */
export class ConfirmationTable {
  private readonly path: string;
  private readonly objectives: number;
  private readonly insert: Statement;
  private readonly select: Statement;

  constructor(file: SqliteFile, objectives: number) {
    this.path = file.path;
    this.objectives = objectives;
    this.insert = file.prepare('INSERT INTO confirmations (trial, metrics, numbers) VALUES (?, ?, ?)');
    this.select = file.prepare(
      'SELECT CAST(trial AS INTEGER), CAST(metrics AS BLOB), CAST(numbers AS BLOB) FROM confirmations',
    );
  }

  /** @throws StudyError for a trial that has not ended, or was confirmed already */
  add(index: number, { values, runs, metrics }: Confirmation): void {
    if (values.length !== this.objectives) {
      throw new UsageError(
        `values of the confirmation of trial ${index} must be one of each objective (${this.objectives}), got ${values.length}`,
      );
    }
    const numbers = Float64Array.from([...values, ...runs, ...Object.values(metrics)]);
    insertOnce(
      this.path,
      () => this.insert.run(index, JSON.stringify(Object.keys(metrics)), bytesOf(numbers)),
      `trial ${index} was confirmed already; a trial is once`,
      `trial ${index} has not ended; only one that has can be confirmed`,
    );
  }

  /** By the trial's index. */
  all(): Map<number, Confirmation> {
    return new Map(
      this.select.rows().map(([index, names, numbers]) => [Number(index), this.read(names, numbers)]),
    );
  }

  private read(metricNames: unknown, bytes: unknown): Confirmation {
    const names = jsonOf(metricNames) as string[];
    const numbers = floatsOf(bytes as Uint8Array);
    const take = inTurn(numbers);
    const values = take(this.objectives);
    const runs = take(numbers.length - this.objectives - names.length);
    const others = take(names.length);
    return { values, runs, metrics: Object.fromEntries(names.map((name, i) => [name, others[i] as number])) };
  }
}
