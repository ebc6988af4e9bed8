// What `shoal/report` offers.
export { evaluationReport } from './evaluation/evaluation-report.ts';
export type { EvaluationReportOptions } from './evaluation/options.ts';
export { type ExplanationReportOptions, explanationReport } from './explanation/explanation-report.ts';
export { type ReportOptions, studyReport } from './study-report.ts';
