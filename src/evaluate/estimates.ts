/** A metric with the ends of its confidence interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Metrics by name; one that is not defined for the rows is missing. */
export type Estimates = Readonly<Record<string, Estimate>>;

/** Metrics by name; NaN where one is not defined. */
export type Measures = Readonly<Record<string, number>>;

/** All metrics of some rows as a function of how often each row counts. */
export interface Measurement {
  readonly rows: number;
  /** Classes one against the rest whose curves are measured: they are what takes the time. */
  readonly curves: number;
  readonly measure: (weights?: ArrayLike<number>) => Measures;
}
