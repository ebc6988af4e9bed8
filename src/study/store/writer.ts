import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { StudyError } from '../../core/errors.ts';
import type { SqliteFile, Statement } from './database.ts';
import { decoded } from './sqlite-errors.ts';
import { textOf } from './values.ts';

/** A process that writes a study. */
export interface StudyWriter {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/**
 * Signs a study with a token of its own, and does transactions only while the study still has it. Where the system's
 * lock does not hold (on some network drives, or when somebody deletes its file), the later writer wins and the
 * earlier one is told: never do two write.
 */
export class Signature {
  private readonly file: SqliteFile;
  private readonly token = randomUUID();
  private readonly select: Statement;

  constructor(file: SqliteFile) {
    this.file = file;
    this.select = file.prepare('SELECT CAST(token AS BLOB) FROM writer');
    file.transaction('write', () =>
      file
        .prepare('INSERT OR REPLACE INTO writer (id, token, pid, host, since) VALUES (1, ?, ?, ?, ?)')
        .run(this.token, process.pid, hostname(), new Date().toISOString()),
    );
  }

  /** @throws StudyError when another process has taken the study over */
  transaction<T>(work: () => T): T {
    return this.file.transaction('write', () => {
      if (textOf(this.select.row()?.[0]) === this.token) return work();
      throw new StudyError(
        this.file.path,
        `${nameOf(writerOf(this.file))} has taken the study over; stop one of the two`,
      );
    });
  }
}

/** Who writes the study, or wrote it last. */
export function writerOf(file: SqliteFile): StudyWriter | undefined {
  return decoded(file.path, () => {
    const row = file
      .prepare('SELECT CAST(pid AS INTEGER), CAST(host AS BLOB), CAST(since AS BLOB) FROM writer')
      .row();
    return row && { pid: Number(row[0]), host: textOf(row[1]), since: textOf(row[2]) };
  });
}

/** @throws always: somebody else is writing */
export function refuseSecondWriter(file: SqliteFile): never {
  throw new StudyError(
    file.path,
    `${nameOf(writerOf(file))} is writing this study; wait until it ends, or stop it`,
  );
}

function nameOf(writer: StudyWriter | undefined): string {
  return writer
    ? `process ${writer.pid} on ${writer.host} (since ${writer.since})`
    : 'another process, which has just started,';
}
