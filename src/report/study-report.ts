import { knownOptions } from '../core/check.ts';
import type { StudyData } from '../study/records.ts';
import { parameterImportance } from './importance/parameter-importance.ts';
import { reportPage } from './page.ts';
import { batchSizeSection } from './sections/batch-size.ts';
import { bestSection } from './sections/best.ts';
import { contourSection } from './sections/contour.ts';
import { curvesSection } from './sections/curves.ts';
import { head } from './sections/head.ts';
import { historySection } from './sections/history.ts';
import { importanceSection } from './sections/importance.ts';
import { nextSection, settingsDetails } from './sections/next-steps.ts';
import { parallelSection } from './sections/parallel.ts';
import { paretoSection } from './sections/pareto.ts';
import { slicesSection } from './sections/slices.ts';
import { timelineSection } from './sections/timeline.ts';
import { viewStudy } from './study-view.ts';

export interface ReportOptions {
  /** The study's file as its user calls it, for the commands at the end; `STUDY` by default. */
  readonly file?: string;
  /** When the report was made, for people; left out by default, so that the same study makes the same report. */
  readonly date?: string;
}

/**
 * A study as one HTML page that needs nothing else: no network, no scripts, light and dark, screen and paper.
 *
 * @throws UsageError for unknown options
 */
export function studyReport(data: StudyData, options: ReportOptions = {}): string {
  knownOptions('studyReport', options, ['file', 'date']);
  const view = viewStudy(data);
  const importance = parameterImportance(view);
  return reportPage({
    title: `${view.settings.name}: study report`,
    head: head(view, options.date),
    sections: [
      bestSection(view),
      paretoSection(view),
      historySection(view),
      curvesSection(view),
      importanceSection(view, importance),
      slicesSection(view, importance),
      contourSection(view, importance),
      parallelSection(view, importance),
      batchSizeSection(view),
      timelineSection(view, data.spans),
      nextSection(view, options.file ?? 'STUDY'),
    ],
    appendix: settingsDetails(view),
    version: view.settings.version,
  });
}
