import { knownOptions } from '../core/check.ts';
import type { StudyData } from '../study/records.ts';
import { html } from './html.ts';
import { parameterImportance } from './importance/parameter-importance.ts';
import { page } from './page.ts';
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
import { sectionHtml } from './sections/section.ts';
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
  const sections = [
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
  ].filter((section) => section !== undefined);
  const links = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  return page(
    `${view.settings.name}: study report`,
    html`<header>
${head(view, options.date)}
<nav aria-label="Contents"><ul>${links}</ul></nav>
</header>
<main>
${sections.map(sectionHtml)}
${settingsDetails(view)}
</main>
<footer>Shoal ${view.settings.version}. This page holds all that it shows; it loads and runs nothing.</footer>`,
  );
}
