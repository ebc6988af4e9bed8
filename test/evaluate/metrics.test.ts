import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  averagePrecision,
  balancedAccuracy,
  brierScore,
  calibrationCurve,
  confusionMatrix,
  expectedCalibrationError,
  logLoss,
  matthewsCorrelation,
  meanAbsolutePercentageError,
  medianAbsoluteError,
  precisionRecallCurve,
  rocAuc,
  rootMeanSquaredError,
} from '../../src/index.ts';

const recorded = JSON.parse(readFileSync(new URL('sklearn-metrics.json', import.meta.url), 'utf8'));
const highest = (row: number[]) => row.indexOf(Math.max(...row));

/** Sums run in another order than numpy's. */
function expectEqual(got: readonly number[], want: readonly number[]): void {
  expect(got.length).toBe(want.length);
  want.forEach((value, i) => {
    expect(Math.abs((got[i] as number) - value)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
  });
}

describe.each([0, 1, 2])('scikit-learn on probabilities of several classes, case %i', (i) => {
  const { y, p, ...want } = recorded.multiclass[i];
  const predicted = p.map(highest);

  it.each([
    ['log_loss', () => logLoss(y, p)],
    ['brier_score', () => brierScore(y, p)],
    ['roc_auc_ovr_macro', () => rocAuc(y, p)],
    ['roc_auc_ovr_weighted', () => rocAuc(y, p, { average: 'weighted' })],
    ['roc_auc_ovo_macro', () => rocAuc(y, p, { multiClass: 'ovo' })],
    ['average_precision_macro', () => averagePrecision(y, p)],
    ['average_precision_weighted', () => averagePrecision(y, p, { average: 'weighted' })],
    ['matthews', () => matthewsCorrelation(y, predicted)],
    ['balanced_accuracy', () => balancedAccuracy(y, predicted)],
  ])('%s', (name, ours) => expectEqual([ours()], [want[name]]));

  it('confusion matrix of some labels', () => {
    expect(confusionMatrix(y, predicted, [2, 0])).toEqual(want.confusion_of_2_and_0);
  });
});

describe.each([0, 1])('scikit-learn on probabilities of two classes, case %i', (i) => {
  const { y, p, precision_recall, calibration, expected_calibration_error } = recorded.binary[i];

  it('precision-recall curve', () => {
    const { precision, recall, thresholds } = precisionRecallCurve(y, p);
    expectEqual(precision, precision_recall.precision);
    expectEqual(recall, precision_recall.recall);
    expectEqual(thresholds, precision_recall.thresholds);
  });

  it.each(Object.keys(calibration))('calibration curve %s', (name) => {
    const [strategy, bins] = name.split('_') as ['uniform' | 'quantile', string];
    const curve = calibrationCurve(y, p, { strategy, bins: Number(bins) });
    expectEqual(
      curve.map(({ shareOfPositives }) => shareOfPositives),
      calibration[name].share,
    );
    expectEqual(
      curve.map(({ meanProbability }) => meanProbability),
      calibration[name].mean,
    );
    expect(curve.reduce((sum, { rows }) => sum + rows, 0)).toBe(y.length);
  });

  it('expected calibration error', () => {
    expectEqual([expectedCalibrationError(y, p)], [expected_calibration_error]);
  });

  it('scores of two classes as rows are those of one probability', () => {
    const rows = p.map((probability: number) => [1 - probability, probability]);
    expectEqual([logLoss(y, rows), brierScore(y, rows)], [logLoss(y, p), brierScore(y, p)]);
    expectEqual([rocAuc(y, rows)], [rocAuc(y, p)]);
  });
});

it.each([0, 1])('scikit-learn on errors of a regression, case %i', (i) => {
  const { y, p, rmse, median_absolute_error, mape } = recorded.regression[i];
  expectEqual(
    [rootMeanSquaredError(y, p), medianAbsoluteError(y, p), meanAbsolutePercentageError(y, p)],
    [rmse, median_absolute_error, mape],
  );
});

describe('metrics refuse', () => {
  it.each([
    [
      'a class without rows',
      () =>
        rocAuc(
          [0, 1],
          [
            [0.5, 0.3, 0.2],
            [0.1, 0.8, 0.1],
          ],
        ),
      /none of class 2/,
    ],
    [
      'a class without a probability',
      () =>
        logLoss(
          [0, 2],
          [
            [0.5, 0.5],
            [0.1, 0.9],
          ],
        ),
      /from 0 to 1.*got 2 in row 1/,
    ],
    ['ragged rows', () => brierScore([0, 1], [[0.5, 0.5], [0.1]]), /2 classes in every row.*got 1 in row 1/],
    ['logits', () => calibrationCurve([0, 1], [-2, 3]), /from 0 to 1, got -2 in row 0/],
    [
      'an unknown option',
      () => rocAuc([0, 1], [0, 1], { multi: 'ovo' } as never),
      /multiClass, average, got multi/,
    ],
    [
      'weights of pairs',
      () =>
        rocAuc(
          [0, 1],
          [
            [1, 0],
            [0, 1],
          ],
          { multiClass: 'ovo', average: 'weighted' },
        ),
      /must be 'macro'/,
    ],
  ])('%s', (_, call, message) => expect(call).toThrow(message));
});
