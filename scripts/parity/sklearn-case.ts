import {
  accuracy,
  averagePrecision,
  balancedAccuracy,
  brierScore,
  confusionMatrix,
  f1,
  kFold,
  logLoss,
  type Matrix,
  makeBlobs,
  makeCircles,
  makeClassification,
  makeMoons,
  matthewsCorrelation,
  meanAbsoluteError,
  meanSquaredError,
  precision,
  RandomState,
  r2,
  recall,
  rocAuc,
  rocCurve,
  StandardScaler,
  splitIndices,
  stratifiedKFold,
  trainTestSplit,
  UsageError,
} from '../../src/index.ts';
import { camelCased } from './camel-case.ts';
import type { Deviation } from './run-keras-case.ts';

type Json = Readonly<Record<string, never>>;
type Values = Readonly<Record<string, unknown>>;

/** Doubles may differ in the last bits, since sums run in another order. */
const tolerance = 1e-12;

/** Compares one recorded file of numpy's or scikit-learn's values with ours; undefined for another kind of file. */
export function runSklearnCase(document: Json): Deviation[] | undefined {
  if ('streams' in document) return (document.streams as Json[]).flatMap(randomStateCase);
  if (['binary', 'multiclass', 'regression'].some((kind) => kind in document)) return metricsCases(document);
  if ('first_3_train_rows_scaled' in document) return pipelineCase(document);
  const cases = document.cases as unknown;
  if (!Array.isArray(cases) || !cases.every(isKnownCase)) return undefined;
  return (cases as Json[]).flatMap((item, index) => {
    const label = `case ${index}`;
    if ('test_folds' in item) return [compare(label, foldsOf(item), item.test_folds)];
    if ('train' in item) return splitCase(label, item);
    return generatedCase(label, item);
  });
}

/** Folds, a split, or generated rows. */
function isKnownCase(item: object): boolean {
  return 'test_folds' in item || 'train' in item || ('args' in item && 'X' in item);
}

type Draws = Readonly<Record<string, readonly number[]>>;

/** Each list is drawn from a fresh generator, those under `rand_then` one after the other from one. */
function randomStateCase(stream: Json): Deviation[] {
  const { seed, rand_then: then, ...draws } = stream as unknown as { seed: number; rand_then?: Draws };
  const fresh = Object.entries(draws as Draws).map(([name, recorded]) =>
    compare(`seed ${seed} ${name}`, draw(new RandomState(seed), name, recorded.length), recorded),
  );
  const one = new RandomState(seed);
  const inTurn = Object.entries(then ?? {}).map(([name, recorded]) =>
    compare(`seed ${seed} then ${name}`, draw(one, name, recorded.length), recorded),
  );
  return [...fresh, ...inTurn];
}

/** Makes the call that a recorded name stands for: `randint_0_10` is randint(0, 10), `randint_2` randint(2). */
function draw(generator: RandomState, name: string, size: number): ArrayLike<number> {
  const [first = 0, second] = (name.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
  switch (name.replace(/_-?\d.*$/, '')) {
    case 'random_sample':
      return generator.randomSample(size);
    case 'standard_normal':
      return generator.standardNormal(size);
    case 'uniform':
      return generator.uniform(first, second ?? 1, size);
    case 'randint':
      return second === undefined
        ? generator.randint(0, first, size)
        : generator.randint(first, second, size);
    case 'permutation':
      return generator.permutation(first);
    case 'shuffle': {
      const values = Array.from({ length: first }, (_, i) => i);
      generator.shuffle(values);
      return values;
    }
    case 'choice':
      return generator.choice(first, size, { replace: !name.endsWith('no_replace') });
    default:
      throw new UsageError(`draw must be one of RandomState's that Shoal has, got ${name}`);
  }
}

function generatedCase(label: string, item: Json): Deviation[] {
  const makers: Readonly<Record<string, typeof makeMoons>> = {
    make_moons: makeMoons,
    make_circles: makeCircles,
    make_blobs: makeBlobs as typeof makeMoons,
    make_classification: makeClassification as typeof makeMoons,
  };
  const name = (item.set as string | undefined) ?? 'make_classification';
  const { x, y } = (makers[name] as typeof makeMoons)(camelCased(item.args, { keepNull: true }));
  return [
    compare(`${label} ${name} X`, x.values, (item.X as number[][]).flat()),
    compare(`${label} ${name} y`, y, item.y),
  ];
}

function splitCase(label: string, item: Json): Deviation[] {
  const { n, ...options } = camelCased(item) as { n: number };
  const { train, test } = splitIndices(n, options);
  return [compare(`${label} train`, train, item.train), compare(`${label} test`, test, item.test)];
}

function foldsOf(item: Json): number[][] {
  const {
    n,
    k,
    random_state: randomState,
    y,
  } = item as unknown as { n: number; k: number; random_state: number; y?: number[] };
  const options = { nSplits: k, shuffle: true, randomState };
  return (y ? stratifiedKFold(y, options) : kFold(n, options)).map(({ test }) => Array.from(test));
}

function pipelineCase(document: Json): Deviation[] {
  const data = makeClassification({ nSamples: 1000, nFeatures: 10, nClasses: 2, randomState: 42 });
  const { train, test } = trainTestSplit(data, { testSize: 0.2, randomState: 42 });
  const scaler = new StandardScaler().fit(train.x);
  const [trainX, testX] = [scaler.transform(train.x), scaler.transform(test.x)];
  const first = ({ values, columns }: Matrix) => values.subarray(0, 3 * columns);
  const sumAbs = ({ values }: Matrix) => values.reduce((sum, value) => sum + Math.abs(value), 0);
  const ours: Values = {
    first_3_train_rows_scaled: first(trainX),
    first_3_test_rows_scaled: first(testX),
    first_20_train_targets: train.y.subarray(0, 20),
    first_20_test_targets: test.y.subarray(0, 20),
    mean: scaler.mean,
    scale: scaler.scale,
    sum_train_scaled_abs: sumAbs(trainX),
    sum_test_scaled_abs: sumAbs(testX),
  };
  return Object.entries(ours).map(([name, value]) => compare(name, value, document[name]));
}

function metricsCases(document: Json): Deviation[] {
  const metrics = { binary: binaryMetrics, multiclass: multiclassMetrics, regression: regressionMetrics };
  return Object.entries(metrics).flatMap(([kind, metricsOf]) => {
    const items: readonly Json[] = kind in document ? [document[kind] as Json | Json[]].flat() : [];
    return items.flatMap((item, i) => compareAll(`${kind} ${i}`, metricsOf(item), item));
  });
}

function binaryMetrics(item: Json): Values {
  const {
    y_true: truth,
    p,
    threshold,
  } = item as unknown as { y_true: number[]; p: number[]; threshold: number };
  const predicted = p.map((probability) => (probability >= threshold ? 1 : 0));
  const { fpr, tpr } = rocCurve(truth, p);
  return {
    accuracy: accuracy(truth, predicted),
    precision: precision(truth, predicted),
    recall: recall(truth, predicted),
    f1: f1(truth, predicted),
    roc_auc: rocAuc(truth, p),
    average_precision: averagePrecision(truth, p),
    log_loss: logLoss(truth, p),
    brier: brierScore(truth, p),
    matthews: matthewsCorrelation(truth, predicted),
    balanced_accuracy: balancedAccuracy(truth, predicted),
    confusion: confusionMatrix(truth, predicted),
    roc_curve: { fpr, tpr },
  };
}

function multiclassMetrics(item: Json): Values {
  const { y_true: truth, y_pred: predicted } = item as unknown as { y_true: number[]; y_pred: number[] };
  const scores = { precision, recall, f1 };
  const averages = ['macro', 'micro', 'weighted'] as const;
  return {
    accuracy: accuracy(truth, predicted),
    confusion: confusionMatrix(truth, predicted),
    ...Object.fromEntries(
      Object.entries(scores).flatMap(([name, score]) =>
        averages.map((average) => [`${name}_${average}`, score(truth, predicted, { average })]),
      ),
    ),
  };
}

function regressionMetrics(item: Json): Values {
  const { y_true: truth, y_pred: predicted } = item as unknown as { y_true: number[]; y_pred: number[] };
  return {
    mse: meanSquaredError(truth, predicted),
    mae: meanAbsoluteError(truth, predicted),
    r2: r2(truth, predicted),
  };
}

function compareAll(label: string, ours: Values, recorded: Json): Deviation[] {
  return Object.entries(ours).map(([name, value]) => compare(`${label} ${name}`, value, recorded[name]));
}

/** The worst deviation relative to the recorded value; whole numbers must be equal. */
function compare(what: string, ours: unknown, recorded: unknown): Deviation {
  const [got, want] = [numbersIn(ours), numbersIn(recorded)];
  if (got.length !== want.length) {
    return {
      what,
      worst: Number.POSITIVE_INFINITY,
      tolerance,
      where: `${got.length} values instead of ${want.length}`,
    };
  }
  const deviations = want.map(
    (value, i) => Math.abs((got[i] as number) - value) / Math.max(Math.abs(value), 1e-3),
  );
  const at = deviations.indexOf(Math.max(...deviations));
  return {
    what,
    worst: deviations[at] ?? 0,
    tolerance,
    where: `at ${at}: ${got[at]} instead of ${want[at]}`,
  };
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  if (Array.isArray(value)) return value.flatMap(numbersIn);
  return Object.values(value as object).flatMap(numbersIn);
}
