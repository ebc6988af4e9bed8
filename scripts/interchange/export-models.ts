/*
 * Trains a model of every activation, loss, depth and optimizer, and writes each as NAME.keras with NAME.json beside it:
 * raw rows, what Shoal predicts for them, and its loss and metric on them. `check_keras.py` opens them in Keras.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PreparedTable, prepareTable } from '../../src/data/table/prepare-table.ts';
import { readTableFile } from '../../src/data/table/read-table-file.ts';
import {
  type Column,
  cellText,
  findColumn,
  type Table,
  tableFromColumns,
} from '../../src/data/table/table.ts';
import { targetValues } from '../../src/data/table/target.ts';
import { cpuEngine } from '../../src/engine/cpu/engine.ts';
import { toKeras } from '../../src/export/keras/to-keras.ts';
import { type ActivationSpec, hiddenActivations } from '../../src/model/activations.ts';
import type { LossSpec } from '../../src/model/losses.ts';
import { dense, dropout, type Layer, sequential } from '../../src/model/network.ts';
import { type Optimizer, optimizer } from '../../src/model/optimizers.ts';
import { fit } from '../../src/train/fit.ts';
import { predictTable } from '../../src/train/trained-model.ts';
import { activationsWithNumber } from './fixed-model.ts';

interface Case {
  readonly name: string;
  readonly table: Table;
  readonly target: string;
  readonly hidden: readonly Layer[];
  readonly output?: ActivationSpec;
  readonly loss?: LossSpec;
  readonly optimizer?: Optimizer;
}

const usualOutputs = { binary: 'sigmoid', multiclass: 'softmax', regression: 'linear' } as const;
const usualLosses = {
  binary: 'binary_crossentropy',
  multiclass: 'categorical_crossentropy',
  regression: 'mean_squared_error',
} as const;

const folder = process.argv[2] ?? '.';
const dataSet = (name: string) => readTableFile(join('test/data-sets', `${name}.csv`));
const cancer = await dataSet('breast-cancer');
const diabetes = await dataSet('diabetes');
const digits = await dataSet('digits');

const activations: readonly ActivationSpec[] = [...hiddenActivations, ...activationsWithNumber];
const label = (spec: ActivationSpec) => (typeof spec === 'string' ? spec : Object.values(spec).join('-'));

const binary = { table: cancer, target: 'target' };
const cases: readonly Case[] = [
  ...activations.map((activation) => ({
    ...binary,
    name: `binary-${label(activation)}`,
    hidden: [dense(16, { activation }), dense(8, { activation })],
  })),
  ...activations
    .filter((activation) => label(activation) !== 'sigmoid')
    .map((activation) => ({
      name: `regression-output-${label(activation)}`,
      table: diabetes,
      target: 'target',
      hidden: [dense(8, { activation: 'tanh' })],
      output: activation,
    })),
  ...[0, 1, 2, 4, 8].map((depth) => ({
    ...binary,
    name: `depth-${depth}`,
    hidden: Array.from({ length: depth }, () => dense(12, { activation: 'relu' })),
  })),
  { ...binary, name: 'binary-logits', hidden: [dense(8)], output: 'linear' },
  {
    name: 'multiclass',
    table: digits,
    target: 'target',
    hidden: [dense(16, { activation: 'relu' }), dense(12)],
  },
  { name: 'multiclass-logits', table: digits, target: 'target', hidden: [dense(8)], output: 'linear' },
  {
    name: 'multiclass-smoothed',
    table: digits,
    target: 'target',
    hidden: [dense(8)],
    loss: { name: 'categorical_crossentropy', labelSmoothing: 0.1 },
  },
  {
    ...binary,
    name: 'binary-smoothed',
    hidden: [dense(8)],
    loss: { name: 'binary_crossentropy', labelSmoothing: 0.2 },
  },
  {
    ...binary,
    name: 'dropout-penalties-no-bias',
    hidden: [
      dense(16, { activation: 'elu', useBias: false, kernelRegularizer: { l1: 0.001, l2: 0.01 } }),
      dropout(0.3),
      dense(8, { activation: 'relu', biasRegularizer: { l2: 0.02 } }),
      dropout(0.1),
    ],
  },
  ...(
    [
      { name: 'sgd' },
      { name: 'sgd', momentum: 0.9, nesterov: true, clipnorm: 1 },
      { name: 'rmsprop', globalClipnorm: 1 },
      { name: 'rmsprop', momentum: 0.5, centered: true },
      { name: 'adam', amsgrad: true, clipvalue: 0.5 },
      { name: 'adamw', learningRate: { name: 'cosine_decay', initialLearningRate: 0.01, decaySteps: 100 } },
    ] as const
  ).map((spec, index) => ({
    ...binary,
    name: `optimizer-${index}-${spec.name}`,
    hidden: [dense(8, { activation: 'relu' })],
    optimizer: optimizer(spec),
  })),
  {
    name: 'large-numbers',
    table: largeNumbers(),
    target: 'target',
    hidden: [dense(8, { activation: 'relu' })],
  },
  {
    name: 'categories',
    table: withCategories(),
    target: 'target',
    hidden: [dense(8, { activation: 'relu' })],
  },
];

/** Times in seconds, which single precision rounds to minutes. */
function largeNumbers(): Table {
  const rows = 200;
  const time = Array.from({ length: rows }, (_, row) => 1.7e9 + ((row * 37.25) % 300));
  return tableFromColumns({ time, target: time.map((seconds) => Number(seconds % 300 > 120)) });
}

/** Two numbers far from zero, one with gaps, and a column of categories. */
function withCategories(): Table {
  const rows = 200;
  const of = <T>(cell: (row: number) => T) => Array.from({ length: rows }, (_, row) => cell(row));
  return tableFromColumns({
    year: of((row) => 1980 + (row % 40)),
    size: of((row) => (row % 17 === 0 ? null : 0.001 * (row % 23))),
    colour: of((row) => ['red', 'green', 'blue'][(row * 7) % 3]),
    target: of((row) => Number((row % 40) / 40 + ((row * 7) % 3) / 3 > 0.9)),
  });
}

for (const one of cases) await write(one);
process.stdout.write(`${cases.length} models in ${folder}\n`);

async function write({
  name,
  table,
  target,
  hidden,
  output,
  loss,
  optimizer: chosen = optimizer('adam'),
}: Case) {
  const prepared = prepareTable(table, { target, missing: 'median' });
  const outputs = prepared.target.task === 'multiclass' ? prepared.target.labels.length : 1;
  const activation = output ?? usualOutputs[prepared.target.task];
  const inputs = prepared.preprocessor.featureNames.length;
  const network = sequential({ inputs, layers: [...hidden, dense(outputs, { activation })] });
  const { x, y } = prepared.training;
  const model = await fit(network, {
    x,
    y,
    validation: allRows(table, prepared),
    loss: loss ?? usualLosses[prepared.target.task],
    optimizer: chosen,
    epochs: 3,
    engine: cpuEngine(),
    preprocessing: prepared,
  });
  const training = { optimizer: JSON.parse(JSON.stringify(chosen)) };
  writeFileSync(join(folder, `${name}.keras`), toKeras({ model, origin: { createdBy: 'shoal', training } }));
  const { outputs: predictions } = await predictTable(model, table);
  const last = (...metrics: string[]) =>
    metrics.map((metric) => model.history.metrics[metric]?.at(-1)).find(Boolean);
  const facts = {
    columns: Object.fromEntries(table.columns.map((column) => [column.name, cells(table, column)])),
    predictions,
    loss: last('val_loss'),
    metric: last('val_accuracy', 'val_mae'),
    learningRate: last('learning_rate'),
  };
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(facts));
}

function allRows(table: Table, { preprocessor, target }: PreparedTable) {
  const { x, rows } = preprocessor.transform(table);
  return { x, y: targetValues(table, findColumn(table, target.name), target, rows) };
}

function cells({ rows }: Table, column: Column): (string | number | null)[] {
  return Array.from({ length: rows }, (_, row) => {
    const text = cellText(column, row);
    return text === undefined || column.texts.has(row) ? (text ?? null) : Number(text);
  });
}
