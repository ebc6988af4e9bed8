/** Metrics as scikit-learn computes them; a share of nothing counts as 0 (`zero_division=0`). */
export {
  type CalibrationBin,
  type CalibrationOptions,
  calibrationCurve,
  expectedCalibrationError,
} from './metrics/calibration.ts';
export {
  type AverageOption,
  accuracy,
  balancedAccuracy,
  confusionMatrix,
  f1,
  matthewsCorrelation,
  precision,
  recall,
} from './metrics/class-scores.ts';
export { brierScore, logLoss } from './metrics/probabilities.ts';
export {
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  medianAbsoluteError,
  r2,
  rootMeanSquaredError,
} from './metrics/regression.ts';
export {
  type AucOptions,
  averagePrecision,
  type PrecisionRecallCurve,
  precisionRecallCurve,
  type RocCurve,
  rocAuc,
  rocCurve,
} from './metrics/threshold-curves.ts';
