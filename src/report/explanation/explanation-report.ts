import { knownOptions } from '../../core/check.ts';
import { version } from '../../core/version.ts';
import type { Explanation } from '../../explain/explanation.ts';
import { html } from '../html.ts';
import { page } from '../page.ts';
import { sectionHtml } from '../sections/section.ts';
import { agreementSection } from './agreement.ts';
import { dependenceSection } from './dependence.ts';
import { explanationHead } from './head.ts';
import { columnsSection } from './importance.ts';
import { pairSection } from './pair.ts';
import { rowsSection } from './rows.ts';
import { summarySection } from './summary.ts';

export interface ExplanationReportOptions {
  /** When the report was made, for people; left out by default, so that the same explanation makes the same report. */
  readonly date?: string;
}

/**
 * An explanation as one HTML page that needs nothing else: no network, no scripts, light and dark, screen and paper.
 *
 * @throws UsageError for unknown options
 */
export function explanationReport(explanation: Explanation, options: ExplanationReportOptions = {}): string {
  knownOptions('explanationReport', options, ['date']);
  const sections = [
    columnsSection(explanation),
    summarySection(explanation),
    agreementSection(explanation),
    rowsSection(explanation),
    dependenceSection(explanation),
    pairSection(explanation),
  ].filter((section) => section !== undefined);
  const links = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  return page(
    `${explanation.target.name}: what the model goes by`,
    html`<header>
${explanationHead(explanation, options.date)}
<nav aria-label="Contents"><ul>${links}</ul></nav>
</header>
<main>
${sections.map(sectionHtml)}
</main>
<footer>Shoal ${version}. This page holds all that it shows; it loads and runs nothing.</footer>`,
  );
}
