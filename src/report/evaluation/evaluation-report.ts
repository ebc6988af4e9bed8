import { knownOptions } from '../../core/check.ts';
import { version } from '../../core/version.ts';
import type { Evaluation } from '../../evaluate/evaluation.ts';
import { reportPage } from '../page.ts';
import type { Section } from '../sections/section.ts';
import { calibrationSection } from './calibration-section.ts';
import { confusionSection } from './confusion-section.ts';
import { curvesSection } from './curves-section.ts';
import { distributionSection } from './distribution-section.ts';
import { head } from './head.ts';
import { metricsSection } from './metrics-section.ts';
import type { EvaluationReportOptions } from './options.ts';
import { residualSection } from './residual-section.ts';
import { sliceSection } from './slices-section.ts';
import { thresholdSection } from './threshold-section.ts';

/**
 * An evaluation as one HTML page that needs nothing else: no network, no scripts, light and dark, screen and paper.
 *
 * @throws UsageError for unknown options
 */
export function evaluationReport(evaluation: Evaluation, options: EvaluationReportOptions = {}): string {
  knownOptions('evaluationReport', options, ['model', 'rows', 'date']);
  return reportPage({
    title: `${options.model ?? 'A model'}: evaluation`,
    head: head(evaluation, options),
    sections: sectionsOf(evaluation),
    version,
  });
}

function sectionsOf(evaluation: Evaluation): (Section | undefined)[] {
  const metrics = metricsSection(evaluation);
  const slices = sliceSection(evaluation);
  if (evaluation.task === 'regression') return [metrics, residualSection(evaluation), slices];
  return [
    metrics,
    confusionSection(evaluation),
    curvesSection(evaluation),
    calibrationSection(evaluation),
    distributionSection(evaluation),
    ...(evaluation.task === 'binary' ? [thresholdSection(evaluation)] : []),
    slices,
  ];
}
