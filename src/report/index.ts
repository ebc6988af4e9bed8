// What `shoal/report` offers.
export { type ReportOptions, studyReport } from './study-report.ts';
