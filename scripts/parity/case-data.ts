import { join } from 'node:path';
import { type Matrix, makeClassification, StandardScaler, trainTestSplit } from '../../src/index.ts';
import { readTableFile } from '../../src/node.ts';
import type { KerasCase } from './keras-case.ts';

/** The scaled training and validation parts of a case's data set. */
export interface CaseData {
  readonly train: { readonly x: Matrix; readonly y: ArrayLike<number> };
  readonly test: { readonly x: Matrix; readonly y: ArrayLike<number> };
}

/** Prepares a case's data as the recording did: split, scale by the training part; a real target is standardised first. */
export async function caseData(run: KerasCase, folder: string): Promise<CaseData> {
  const all = await load(run.dataset, folder);
  const isRegression = /^(mse|mean_squared_error)$/.test(run.compile.loss);
  const y = isRegression ? standardised(all.y) : all.y;
  const { test_size: testSize, random_state: randomState } = run.split;
  const { train, test } = trainTestSplit({ x: all.x, y }, { testSize, randomState });
  const scaler = new StandardScaler().fit(train.x);
  return {
    train: { x: scaler.transform(train.x), y: train.y },
    test: { x: scaler.transform(test.x), y: test.y },
  };
}

interface Loaded {
  readonly x: Matrix;
  readonly y: Float64Array;
}

/** `seed` is generated; `breast_cancer` is breast-cancer.csv in the folder, with the target in its last column. */
async function load(dataset: string, folder: string): Promise<Loaded> {
  if (dataset === 'seed') {
    const { x, y } = makeClassification({ nSamples: 1000, nFeatures: 10, nClasses: 2, randomState: 42 });
    return { x, y: Float64Array.from(y) };
  }
  const table = await readTableFile(join(folder, `${dataset.replaceAll('_', '-')}.csv`));
  const features = table.columns.slice(0, -1);
  const values = new Float64Array(table.rows * features.length);
  features.forEach(({ numbers }, column) => {
    numbers.forEach((value, row) => {
      values[row * features.length + column] = value;
    });
  });
  const target = table.columns.at(-1)?.numbers ?? new Float64Array();
  return { x: { rows: table.rows, columns: features.length, values }, y: target };
}

/** Mean 0 and population standard deviation 1. */
function standardised(y: Float64Array): Float64Array {
  return new StandardScaler()
    .fit({ rows: y.length, columns: 1, values: y })
    .transform({ rows: y.length, columns: 1, values: y }).values;
}
