import { finiteNumber, oneOf, wholeNumber } from '../../core/check.ts';
import { StudyError, UsageError } from '../../core/errors.ts';
import type { TrialResult } from '../records.ts';
import type { SqliteFile, Statement } from './database.ts';
import { insertOnce } from './sqlite-errors.ts';
import { chunk } from './trial-table.ts';
import { bytesOf, curveOf, floatsOfHex, inTurn, jsonOf } from './values.ts';

/** What lies in a row's `numbers` behind epochs, startedMs and endedMs. */
interface Layout {
  readonly values: number;
  readonly runs: number;
  readonly rungs: number;
  readonly metrics: readonly string[];
}

const endedStates: readonly TrialResult['state'][] = ['complete', 'pruned', 'failed'];
const curveColumns = 3;
const curveRows = 64;

/** What came of the trials that have ended. */
export class ResultTable {
  private readonly file: SqliteFile;
  private readonly objectives: number;
  private readonly insert: Statement;
  private readonly insertCurve: Statement;
  private readonly insertLayout: Statement;
  private readonly findLayout: Statement;
  private readonly readChunk: Statement;
  private readonly readCurve: Statement;
  /** Numbers of layouts by their text, for writing. */
  private readonly layoutNumbers = new Map<string, number>();

  constructor(file: SqliteFile, objectives: number) {
    this.file = file;
    this.objectives = objectives;
    this.insert = file.prepare(
      'INSERT INTO results (trial, state, reason, weights, layout, numbers) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.insertCurve = file.prepare('INSERT INTO curves (trial, curve) VALUES (?, ?)');
    this.insertLayout = file.prepare('INSERT OR IGNORE INTO layouts (parts) VALUES (?)');
    this.findLayout = file.prepare('SELECT layout FROM layouts WHERE parts = ?');
    this.readChunk = file.prepare(
      `SELECT CAST(json_group_array(trial) AS BLOB), CAST(json_group_array(state) AS BLOB),
        CAST(json_group_array(reason) AS BLOB), CAST(json_group_array(weights) AS BLOB),
        CAST(json_group_array(layout) AS BLOB), CAST(group_concat(hex(numbers), '') AS BLOB) FROM results WHERE trial >= ? AND trial < ?`,
    );
    this.readCurve = file.prepare('SELECT CAST(curve AS BLOB) FROM curves WHERE trial = ?');
  }

  /** @throws StudyError for a trial that is not planned, or has ended already */
  add(result: TrialResult): void {
    checkResult(result, this.objectives);
    const { index, state, reason, weights, curve } = result;
    const layout = this.layoutNumber(layoutOf(result));
    insertOnce(
      this.file.path,
      () => this.insert.run(index, state, reason ?? null, weights, layout, bytesOf(numbersOf(result))),
      `trial ${index} has ended already; a trial ends once`,
      `there is no trial ${index}; plan it first`,
    );
    this.insertCurve.run(index, bytesOf(curve));
  }

  private layoutNumber(layout: Layout): number {
    const text = JSON.stringify(layout);
    const known = this.layoutNumbers.get(text);
    if (known !== undefined) return known;
    this.insertLayout.run(text);
    const number = Number(this.findLayout.row(text)?.[0]);
    this.layoutNumbers.set(text, number);
    return number;
  }

  /** Forgets what was learned in a transaction that was rolled back. */
  forget(): void {
    this.layoutNumbers.clear();
  }

  /** By index, with holes for trials that wait; curves are read when they are looked at. */
  all(trials: number): (TrialResult | undefined)[] {
    const results: (TrialResult | undefined)[] = new Array(trials).fill(undefined);
    const layouts = this.layouts();
    const curve = this.curveProperty();
    for (let first = 0; first < trials; first += chunk) {
      const row = this.readChunk.row(first, first + chunk) as Uint8Array[];
      for (const result of resultsOf(row, layouts, curve)) results[result.index] = result;
    }
    return results;
  }

  /**
   * A property that reads the curve when it is looked at. One function for all results: with one for each, V8 gives each
   * result a shape of its own, and loading takes half as long again.
   */
  private curveProperty(): PropertyDescriptor {
    const curve = (index: number) => this.curve(index);
    return {
      enumerable: true,
      get(this: TrialResult) {
        return curve(this.index);
      },
    };
  }

  private layouts(): Map<number, Layout> {
    const rows = this.file.prepare('SELECT CAST(layout AS INTEGER), CAST(parts AS BLOB) FROM layouts').rows();
    return new Map(rows.map(([layout, parts]) => [Number(layout), jsonOf(parts) as Layout]));
  }

  /** The learning curve of a trial that has ended. */
  curve(index: number): Float32Array {
    const row = this.readCurve.row(index);
    if (row) return curveOf(row[0] as Uint8Array);
    throw new StudyError(this.file.path, `there is no learning curve of trial ${index}: it has not ended`);
  }
}

function checkResult(result: TrialResult, objectives: number): void {
  const { index, state, values, runs, epochs, weights, startedMs, endedMs, curve } = result;
  const of = `of trial ${index}`;
  wholeNumber('index of a trial', index, 0);
  oneOf(`state ${of}`, state, endedStates);
  wholeNumber(`weights ${of}`, weights, 0);
  finiteNumber(`epochs ${of}`, epochs, { least: 0 });
  finiteNumber(`startedMs ${of}`, startedMs, { least: 0 });
  finiteNumber(`endedMs ${of}`, endedMs, { least: startedMs });
  if (values.length !== objectives)
    throw new UsageError(`values ${of} must be one of each objective (${objectives}), got ${values.length}`);
  if (runs.length % objectives !== 0)
    throw new UsageError(`runs ${of} must be rows of ${objectives} objectives, got ${runs.length} numbers`);
  if (curve.length % curveColumns !== 0 || curve.length > curveRows * curveColumns)
    throw new UsageError(
      `curve ${of} must be at most ${curveRows} rows of ${curveColumns}, got ${curve.length} numbers`,
    );
}

function layoutOf({ values, runs, rungs, metrics }: TrialResult): Layout {
  return { values: values.length, runs: runs.length, rungs: rungs.length, metrics: Object.keys(metrics) };
}

function numbersOf({ epochs, startedMs, endedMs, values, runs, rungs, metrics }: TrialResult): Float64Array {
  const others = Object.values(metrics);
  const numbers = new Float64Array(3 + values.length + runs.length + rungs.length + others.length);
  let place = 0;
  for (const part of [[epochs, startedMs, endedMs], values, runs, rungs, others]) {
    numbers.set(part, place);
    place += part.length;
  }
  return numbers;
}

function resultsOf(
  [indices, states, reasons, weightCounts, layoutNumbers, numbers]: readonly Uint8Array[],
  layouts: ReadonlyMap<number, Layout>,
  curve: PropertyDescriptor,
): TrialResult[] {
  const [index, state, reason, weights, layout] = [indices, states, reasons, weightCounts, layoutNumbers].map(
    jsonOf,
  ) as [number[], TrialResult['state'][], (string | null)[], number[], number[]];
  const take = inTurn(floatsOfHex(numbers ?? new Uint8Array()));
  return index.map((trial, i) => {
    const own = layouts.get(layout[i] as number) as Layout;
    const [epochs, startedMs, endedMs] = take(3) as unknown as [number, number, number];
    const result = {
      index: trial,
      state: state[i],
      values: take(own.values),
      runs: take(own.runs),
      rungs: take(own.rungs),
      metrics: metricsOf(own.metrics, take(own.metrics.length)),
      epochs,
      weights: weights[i],
      startedMs,
      endedMs,
      ...(reason[i] === null ? {} : { reason: reason[i] }),
    };
    return Object.defineProperty(result, 'curve', curve) as TrialResult;
  });
}

function metricsOf(names: readonly string[], values: Float64Array): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const [i, name] of names.entries()) metrics[name] = values[i] as number;
  return metrics;
}
