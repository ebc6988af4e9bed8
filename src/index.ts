/**
 * Shoal: trains many small neural networks at once on WebGPU, layer by layer, and on the CPU as the reference.
 * This entry runs in browsers and in node; `shoal/node` adds devices and files of node.
 *
 * @module
 */
export {
  AdapterError,
  CancelledError,
  DataError,
  DeviceError,
  ModelFileError,
  ShoalError,
  UsageError,
  VerificationError,
} from './core/errors.ts';
export { type FoldOptions, kFold, stratifiedKFold } from './data/folds.ts';
export { type MakeClassificationOptions, makeClassification } from './data/make-classification.ts';
export { type LabelledData, type Matrix, matrixFromRows, takeRows } from './data/matrix.ts';
export { RandomState, type RandomStateLike } from './data/random-state.ts';
export { type SplitIndices, type SplitOptions, splitIndices, trainTestSplit } from './data/split.ts';
export { StandardScaler, type StandardScalerData } from './data/standard-scaler.ts';
export { readParquet } from './data/table/parquet.ts';
export {
  type PreparedTable,
  type PrepareOptions,
  type Preprocessing,
  prepareTable,
} from './data/table/prepare-table.ts';
export { type MissingPolicy, Preprocessor, type PreprocessorOptions } from './data/table/preprocessor.ts';
export { type Table, tableFromColumns } from './data/table/table.ts';
export { inspectTarget, type Target, type Task, targetValues } from './data/table/target.ts';
export {
  type MakeBlobsOptions,
  type MakeCirclesOptions,
  makeBlobs,
  makeCircles,
  makeMoons,
  type TwoClassOptions,
} from './data/toy-sets.ts';
export { cpuEngine } from './engine/cpu/engine.ts';
export type { Capacity, Engine } from './engine/engine.ts';
export { double, type Precision, single } from './engine/precision.ts';
export { type WasmEngineOptions, wasmEngine } from './engine/wasm/engine.ts';
export { type AdapterDescription, type GpuContext, openGpu, useDevice } from './engine/webgpu/device.ts';
export { webgpuEngine } from './engine/webgpu/engine.ts';
export type { Estimate, Estimates } from './evaluate/estimates.ts';
export {
  type EvaluatedModel,
  type EvaluateOptions,
  type EvaluateTableOptions,
  evaluate,
  evaluateTable,
} from './evaluate/evaluate.ts';
export {
  type EvaluationOptions,
  evaluatePredictions,
} from './evaluate/evaluate-predictions.ts';
export type { Evaluation } from './evaluate/evaluation.ts';
export type { Evaluable } from './evaluate/evaluation-document.ts';
export * from './evaluate/metrics.ts';
export { type Scores, scores } from './evaluate/scores.ts';
export type { Attribution } from './explain/attribution.ts';
export { explain } from './explain/explain.ts';
export {
  type AttributionSummary,
  type ColumnDependence,
  type ExplainMethod,
  type Explanation,
  outputName,
  type RowExplanation,
} from './explain/explanation.ts';
export {
  type IntegratedGradients,
  type IntegratedGradientsOptions,
  integratedGradients,
} from './explain/integrated-gradients.ts';
export {
  type PairDependence,
  type PairDependenceOptions,
  type PartialDependence,
  type PartialDependenceOptions,
  pairDependence,
  partialDependence,
} from './explain/partial-dependence.ts';
export {
  type ColumnImportance,
  type PermutationImportance,
  type PermutationImportanceOptions,
  permutationImportance,
} from './explain/permutation-importance.ts';
export { type ShapOptions, type ShapValues, shapValues } from './explain/shap/shap-values.ts';
export type { ExplainRunOptions, OutputScale } from './explain/subject.ts';
export type { ExplainOptions } from './explain/work.ts';
export { type ExportFormat, exportFormats } from './export/formats.ts';
export { toJavaScript } from './export/javascript/to-javascript.ts';
export { toKeras } from './export/keras/to-keras.ts';
export { readModel, writeModel } from './export/model-file.ts';
export { toOnnx } from './export/onnx/to-onnx.ts';
export type { DataOrigin, ModelOrigin, SavedModel } from './export/saved-model.ts';
export type { ExchangeFile, ExchangeLayer } from './import/exchange.ts';
export {
  type ForeignModel,
  type ImportedModel,
  importedModel,
  type ModelNames,
} from './import/foreign-model.ts';
export { readForeign } from './import/read-foreign.ts';
export {
  type Activation,
  type ActivationName,
  type ActivationSpec,
  activation,
} from './model/activations.ts';
export { type Initializer, type InitializerName, initialWeights } from './model/initializers.ts';
export { lossFromJson, networkFromJson, optimizerFromJson } from './model/json.ts';
export { type Loss, type LossName, type LossSpec, loss } from './model/losses.ts';
export {
  countWeights,
  type DenseLayer,
  type DenseOptions,
  dense,
  dropout,
  type Layer,
  type MlpOptions,
  mlp,
  type Network,
  sequential,
} from './model/network.ts';
export { describeNetwork, networkSummary } from './model/network-summary.ts';
export {
  type Adam,
  type AdamOptions,
  adam,
  adamw,
  type Clip,
  type Optimizer,
  type OptimizerOptions,
  type OptimizerSpec,
  optimizer,
  type Rmsprop,
  type RmspropOptions,
  rmsprop,
  type Sgd,
  type SgdOptions,
  sgd,
} from './model/optimizers.ts';
export { penaltyForSize } from './model/penalty-for-size.ts';
export { l1, l1l2, l2, l2FromAlpha, l2FromLambda, noPenalty, type Penalty } from './model/regularizers.ts';
export * from './model/schedules.ts';
export { bestTrials, type Score, type Spread, scoreOf, spreads } from './study/best.ts';
export { defaultSpace } from './study/default-space.ts';
export { defineStudy, type StudyConfig } from './study/define-study.ts';
export {
  type EvaluatedTrial,
  type FunctionTrial,
  type MinimizeOptions,
  type Minimum,
  minimize,
  type NamedSpace,
  type TrialFunction,
} from './study/minimize.ts';
export { metricNames } from './study/objectives.ts';
export type { Pruner } from './study/pruner.ts';
export { asha, type HalvingOptions } from './study/pruners/asha.ts';
export { hyperband } from './study/pruners/hyperband.ts';
export { createPruner, type PrunerName, prunerNames } from './study/pruners/index.ts';
export { type MedianPrunerOptions, medianPruner } from './study/pruners/median.ts';
export { noPruner } from './study/pruners/none.ts';
export type {
  Confirmation,
  Objective,
  StudyData,
  StudySettings,
  TrialRecord,
  TrialResult,
} from './study/records.ts';
export type { Sampler } from './study/sampler.ts';
export { type CmaesOptions, cmaes } from './study/samplers/cmaes/cmaes.ts';
export { type GpOptions, gp } from './study/samplers/gp/gp.ts';
export { type GridOptions, grid } from './study/samplers/grid.ts';
export { createSampler, type SamplerName, samplerNames } from './study/samplers/index.ts';
export { type PopulationOptions, populationBased } from './study/samplers/population-based.ts';
export { quasiRandom } from './study/samplers/quasi-random.ts';
export { random } from './study/samplers/random.ts';
export { type TpeOptions, tpe } from './study/samplers/tpe/tpe.ts';
export type { Constraint, ConstraintRule } from './study/space/constraints.ts';
export { searchSpaceFromJSON } from './study/space/json.ts';
export * from './study/space/parameters.ts';
export { defineSpace, SearchSpace, type SearchSpaceJSON, type SpaceOptions } from './study/space.ts';
export type { Parameters, ParameterValue } from './study/space-types.ts';
export {
  type BuildTrial,
  type StudyTrial,
  standardTrial,
  type TrialContext,
} from './study/standard-trial.ts';
export type { FinishOptions, StudyStorage } from './study/storage.ts';
export type { StudyEvent, StudyProgress } from './study/study-events.ts';
export type { StudyRows } from './study/study-table.ts';
export { type TunedStudy, type TuneOptions, tune } from './study/tune.ts';
export {
  type GrowBatchOnPlateauOptions,
  type GrowBatchWithNoiseOptions,
  growBatchOnPlateau,
  growBatchWithNoise,
} from './train/batch-policies.ts';
export {
  type Callback,
  type CallbackState,
  type EarlyStoppingOptions,
  earlyStopping,
  type Logs,
  learningRateScheduler,
  type Measured,
  type MonitorOptions,
  type ReduceLROnPlateauOptions,
  reduceLROnPlateau,
  type TrialControl,
  terminateOnNaN,
  userCallback,
} from './train/callbacks.ts';
export {
  FitCancelledError,
  type FitOptions,
  fit,
  fitAll,
  type SharedFitOptions,
  type TrialFitOptions,
} from './train/fit.ts';
export type { History } from './train/history.ts';
export { type AdaptPenaltyOptions, adaptPenalty } from './train/penalty-policy.ts';
export type { Features, LabelledRows, Targets } from './train/rows.ts';
export type { EpochEnd } from './train/train-trials.ts';
export {
  outputNetwork,
  type PredictTableOptions,
  predict,
  predictTable,
  type TablePredictions,
  type TrainedModel,
} from './train/trained-model.ts';
export type { Training } from './train/training.ts';
