import { finiteNumber, knownOptions, wholeNumber } from '../../core/check.ts';
import type { SqliteFile, Statement } from './database.ts';
import { textOf } from './values.ts';

/** How far a study goes; it can be changed when the study is resumed. */
export interface StudyLimits {
  /** Trials at most; missing: no limit. */
  readonly trials?: number;
  /** Milliseconds of work at most, over all runs; missing: no limit. */
  readonly timeMs?: number;
}

/** How far a study has come. */
export interface StudyProgress {
  /** Milliseconds of work, over all runs; time in which the study rested is left out. */
  readonly elapsedMs: number;
  /** Why it is over, such as `trials` or `time`; missing while there is work left. */
  readonly ended?: string;
  /** When it was created and last written: ISO 8601, UTC. */
  readonly created: string;
  readonly changed: string;
}

/** The one row of what changes while a study runs. */
export class RunTable {
  private readonly select: Statement;
  private readonly advance: Statement;
  private readonly limit: Statement;
  private readonly conclude: Statement;

  constructor(file: SqliteFile) {
    this.select = file.prepare(
      `SELECT CAST(max_trials AS INTEGER), CAST(max_ms AS REAL), CAST(elapsed_ms AS REAL), CAST(ended AS BLOB),
        CAST(created AS BLOB), CAST(changed AS BLOB) FROM run`,
    );
    this.advance = file.prepare('UPDATE run SET elapsed_ms = max(elapsed_ms, ?), changed = ?');
    this.limit = file.prepare('UPDATE run SET max_trials = ?, max_ms = ?, ended = NULL, changed = ?');
    this.conclude = file.prepare('UPDATE run SET ended = ?, changed = ?');
  }

  limits(): StudyLimits {
    const [trials, timeMs] = this.row();
    return {
      ...(trials === null ? {} : { trials: Number(trials) }),
      ...(timeMs === null ? {} : { timeMs: Number(timeMs) }),
    };
  }

  progress(): StudyProgress {
    const [, , elapsedMs, ended, created, changed] = this.row();
    return {
      elapsedMs: Number(elapsedMs),
      ...(ended === null ? {} : { ended: textOf(ended) }),
      created: textOf(created),
      changed: textOf(changed),
    };
  }

  private row(): readonly unknown[] {
    return this.select.row() ?? [];
  }

  /** New limits; a study that was over may go on. */
  setLimits(limits: StudyLimits): void {
    this.limit.run(...limitValues(limits), now());
  }

  /** The work goes on: the clock stands at `elapsedMs`, unless it was further already. */
  tick(elapsedMs: number): void {
    this.advance.run(elapsedMs, now());
  }

  end(reason: string): void {
    this.conclude.run(reason, now());
  }
}

/** SQL that adds the row. */
export function firstRun(limits: StudyLimits): string {
  const [trials, timeMs] = limitValues(limits).map((limit) => limit ?? 'NULL');
  return `INSERT INTO run (id, max_trials, max_ms, elapsed_ms, created, changed)
    VALUES (1, ${trials}, ${timeMs}, 0, '${now()}', '${now()}')`;
}

function limitValues(limits: StudyLimits): [trials: number | null, timeMs: number | null] {
  knownOptions('limits', limits, ['trials', 'timeMs']);
  const { trials, timeMs } = limits;
  return [
    trials === undefined ? null : wholeNumber('limits.trials', trials, 1),
    timeMs === undefined ? null : finiteNumber('limits.timeMs', timeMs, { above: 0 }),
  ];
}

/** For people; nothing is decided by it. */
const now = () => new Date().toISOString();
