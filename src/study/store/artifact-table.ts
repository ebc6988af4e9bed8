import type { SqliteFile, Statement } from './database.ts';

/** Small files of a study, such as weights or a model. */
export class ArtifactTable {
  private readonly upsert: Statement;
  private readonly select: Statement;
  private readonly delete: Statement;

  constructor(file: SqliteFile) {
    this.upsert = file.prepare('INSERT OR REPLACE INTO artifacts (name, bytes) VALUES (?, ?)');
    this.select = file.prepare('SELECT CAST(bytes AS BLOB) FROM artifacts WHERE name = ?');
    this.delete = file.prepare('DELETE FROM artifacts WHERE name = ?');
  }

  put(name: string, bytes: Uint8Array): void {
    this.upsert.run(name, bytes);
  }

  get(name: string): Uint8Array | undefined {
    const row = this.select.row(name);
    return row && new Uint8Array(row[0] as Uint8Array);
  }

  remove(name: string): void {
    this.delete.run(name);
  }
}
