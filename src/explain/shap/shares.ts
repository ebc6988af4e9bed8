/** Shapley values of one output of one row. */
export interface ColumnShares {
  readonly values: readonly number[];
  /** Of the sampling; 0 where all coalitions were computed. */
  readonly standardErrors: readonly number[];
}
