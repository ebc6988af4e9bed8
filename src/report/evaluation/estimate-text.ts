import type { Estimate } from '../../evaluate/estimates.ts';
import { number } from '../numbers.ts';

/** Digits that an interval leaves certain: two of its half width. */
function decimals({ low, high }: Estimate): number {
  const half = (high - low) / 2;
  if (!(half > 0) || !Number.isFinite(half)) return 4;
  return 1 - Math.floor(Math.log10(half));
}

/** A number to the digits that its interval leaves certain. */
function rounded(value: number, estimate: Estimate): string {
  const digits = decimals(estimate);
  if (digits > 6 || digits < 0 || Math.abs(value) >= 1e7) return number(value);
  return value.toFixed(digits).replaceAll('-', '−');
}

export const valueText = (estimate: Estimate): string => rounded(estimate.value, estimate);

/** `0.930 to 0.991`. */
export const intervalText = (estimate: Estimate): string =>
  `${rounded(estimate.low, estimate)} to ${rounded(estimate.high, estimate)}`;

/** `0.965 (0.930 to 0.991)`. */
export const estimateText = (estimate: Estimate): string =>
  `${valueText(estimate)} (${intervalText(estimate)})`;

/** A share as per cent, to the digits that its interval leaves certain: `96.5 %`. */
export function percentText(share: number, estimate: Estimate): string {
  const digits = Math.min(3, Math.max(0, decimals(estimate) - 2));
  return `${(100 * share).toFixed(digits)}\u00a0%`;
}

/** Metrics as people call them. */
const titles: Readonly<Record<string, string>> = {
  balanced_accuracy: 'balanced accuracy',
  f1: 'F1',
  matthews_corrcoef: 'Matthews correlation',
  youden: 'Youden’s J',
  roc_auc: 'ROC AUC',
  roc_auc_ovr: 'ROC AUC, each class against the rest',
  roc_auc_ovr_weighted: 'ROC AUC, each against the rest, weighted',
  roc_auc_ovo: 'ROC AUC, each class against each',
  average_precision: 'average precision',
  log_loss: 'log loss',
  brier_score: 'Brier score',
  mse: 'mean squared error',
  rmse: 'root mean squared error',
  mae: 'mean absolute error',
  median_absolute_error: 'median absolute error',
  mape: 'mean absolute percentage error',
  r2: 'R²',
};

/** Where there is little room. */
const short: Readonly<Record<string, string>> = {
  roc_auc_ovr: 'ROC AUC',
  f1_macro: 'F1',
  mae: 'mean error',
  rmse: 'RMSE',
  median_absolute_error: 'median error',
};

export const shortTitle = (metric: string): string => short[metric] ?? metricTitle(metric);

export function metricTitle(metric: string): string {
  const average = /^(f1|precision|recall)_(macro|micro|weighted)$/.exec(metric);
  if (average) return `${titles[average[1] ?? ''] ?? average[1]}, ${average[2]}`;
  return titles[metric] ?? metric;
}
