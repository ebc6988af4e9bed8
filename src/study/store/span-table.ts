import { finiteNumber, wholeNumber } from '../../core/check.ts';
import type { DeviceSpan } from '../records.ts';
import type { SqliteFile, Statement } from './database.ts';
import { textOf } from './values.ts';

/** What the device did, for the timeline. */
export class SpanTable {
  private readonly insert: Statement;
  private readonly select: Statement;

  constructor(file: SqliteFile) {
    this.insert = file.prepare(
      'INSERT INTO spans (start_ms, end_ms, label, round, runs) VALUES (?, ?, ?, ?, ?)',
    );
    this.select = file.prepare(
      `SELECT CAST(start_ms AS REAL), CAST(end_ms AS REAL), CAST(label AS BLOB), CAST(round AS INTEGER),
        CAST(runs AS INTEGER) FROM spans ORDER BY span`,
    );
  }

  add({ startMs, endMs, label, round, runs }: DeviceSpan): void {
    finiteNumber('startMs of a span', startMs, { least: 0 });
    finiteNumber('endMs of a span', endMs, { least: startMs });
    wholeNumber('round of a span', round, 0);
    wholeNumber('runs of a span', runs, 0);
    this.insert.run(startMs, endMs, label, round, runs);
  }

  all(): DeviceSpan[] {
    return this.select.rows().map(([startMs, endMs, label, round, runs]) => ({
      startMs: Number(startMs),
      endMs: Number(endMs),
      label: textOf(label),
      round: Number(round),
      runs: Number(runs),
    }));
  }
}
