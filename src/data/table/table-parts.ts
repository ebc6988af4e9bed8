import type { Table } from './table.ts';

/** How to read a table a few rows at a time. */
export interface PartOptions {
  /** Rows of a part at most. Default: all. */
  readonly rowsAtOnce?: number;
  /** Names of the columns that are needed; others are left out where the file lets them. Default: all. */
  readonly columns?: readonly string[];
  /** Names of the columns whose cells are kept as they stand in the file. Default: none. */
  readonly kept?: readonly string[] | 'all';
}

/** Some consecutive rows of a table. */
export interface TablePart {
  readonly table: Table;
  /** Names of all columns of the file. */
  readonly names: readonly string[];
  /** The cells of the columns that are kept, as texts; empty where they are missing. */
  readonly kept: ReadonlyMap<string, readonly string[]>;
  /** Rows of the whole file, where it says so. */
  readonly totalRows?: number;
}
