export interface EvaluationReportOptions {
  /** The model's file as its user calls it. */
  readonly model?: string;
  /** Which rows of which table were judged, in words. */
  readonly rows?: string;
  /** When the report was made, for people; left out by default, so that the same evaluation makes the same report. */
  readonly date?: string;
}
