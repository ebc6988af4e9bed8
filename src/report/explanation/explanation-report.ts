import { knownOptions } from '../../core/check.ts';
import { version } from '../../core/version.ts';
import type { Explanation } from '../../explain/explanation.ts';
import { reportPage } from '../page.ts';
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
  return reportPage({
    title: `${explanation.target.name}: what the model goes by`,
    head: explanationHead(explanation, options.date),
    sections: [
      columnsSection(explanation),
      summarySection(explanation),
      agreementSection(explanation),
      rowsSection(explanation),
      dependenceSection(explanation),
      pairSection(explanation),
    ],
    version,
  });
}
