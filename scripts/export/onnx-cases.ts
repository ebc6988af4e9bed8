import type { SavedModel } from '../../src/export/saved-model.ts';
import {
  type Activation,
  activation,
  mlp,
  type Network,
  predict,
  predictTable,
  type Table,
  type Target,
} from '../../src/index.ts';
import { hiddenActivations } from '../../src/model/activations.ts';
import type { LossSpec } from '../../src/model/losses.ts';
import { cellsOf, preprocessingFor, randomModel, randomRows, randomTable } from './models.ts';

/** An input as runtimes take it, row by row. */
export interface Input {
  readonly type: 'float' | 'double' | 'string';
  readonly rows: number;
  readonly columns: number;
  readonly values: readonly (number | string)[];
}

/** A model with inputs, and the outputs that Shoal's CPU engine has for them. */
export interface OnnxCase {
  readonly name: string;
  readonly saved: SavedModel;
  readonly inputs: Readonly<Record<string, Input>>;
  readonly outputs: Readonly<Record<string, readonly (number | string)[]>>;
}

/** The activations of hidden layers: all of them, and those with a parameter with another than the default. */
export const activations: readonly Activation[] = [
  ...hiddenActivations.map((name) => activation(name)),
  activation({ name: 'leaky_relu', negativeSlope: -0.3 }),
  activation({ name: 'elu', alpha: 0.4 }),
];

/** Every kind of output that a loss can have: loss, activation of the output, outputs. */
export const outputKinds = [
  ['binary_crossentropy', 'sigmoid', 1],
  ['binary_crossentropy', 'linear', 1],
  ['binary_crossentropy', 'sigmoid', 3],
  ['categorical_crossentropy', 'softmax', 3],
  ['categorical_crossentropy', 'linear', 2],
  ['mean_squared_error', 'linear', 1],
  ['mean_squared_error', 'tanh', 2],
] as const;

/** Units of the hidden layers: from none to four layers. */
export const depths: readonly (readonly number[])[] = [[], [9], [8, 5], [16, 8, 4, 6]];

/** Every kind of output and depth with the hidden activation; every other network is without biases, all have dropout. */
export async function networkCases(hiddenActivation: Activation): Promise<OnnxCase[]> {
  const shapes = outputKinds.flatMap((kind) => depths.map((hidden) => ({ kind, hidden })));
  return Promise.all(
    shapes.map(({ kind: [loss, outputActivation, outputs], hidden }, place) => {
      const useBias = place % 2 === 0;
      const network = mlp({
        inputs: 5,
        hidden,
        outputs,
        activation: hiddenActivation,
        outputActivation,
        useBias,
        dropout: 0.3,
      });
      const { name, parameter } = hiddenActivation;
      const shape = [5, ...hidden, outputs].join('-');
      return networkCase(`${name} ${parameter} ${shape} ${outputActivation} ${loss}`, network, loss, place);
    }),
  );
}

/** A network on features. */
export async function networkCase(
  name: string,
  network: Network,
  loss: LossSpec,
  seed: number,
): Promise<OnnxCase> {
  const saved = randomModel(network, loss, seed);
  const x = randomRows(20, network.inputs, seed);
  const outputs = await predict(saved.model, x);
  const features: Input = { type: 'float', rows: 20, columns: network.inputs, values: x.flat() };
  return { name, saved, inputs: { features }, outputs: expectedOf(saved, outputs) };
}

/** A network on the raw cells of a table that it was fitted on. */
export async function tableCase(
  name: string,
  table: Table,
  target: Target,
  gaps: boolean,
  seed: number,
): Promise<OnnxCase> {
  const preprocessing = preprocessingFor(table, gaps ? 'median' : 'error', target);
  const { task, labels } = target;
  const network = mlp({
    inputs: preprocessing.preprocessor.featureNames.length,
    hidden: [6],
    outputs: task === 'multiclass' ? labels.length : 1,
  });
  const loss = {
    binary: 'binary_crossentropy',
    multiclass: 'categorical_crossentropy',
    regression: 'mean_squared_error',
  } as const;
  const saved = randomModel(network, loss[task], seed, preprocessing);
  const predictions = await predictTable(saved.model, table);
  const outputs = expectedOf(saved, predictions.outputs, predictions.labels);
  return { name, saved, inputs: tableInputs(table, outputs), outputs };
}

/** Tables of numbers, of categories, and of both, with and without missing cells, for every task. */
export async function tableCases(): Promise<OnnxCase[]> {
  const targets: readonly Target[] = [
    { name: 'y', task: 'binary', labels: ['no', 'yes'] },
    { name: 'y', task: 'multiclass', labels: ['-1', '0', '10'] },
    { name: 'y', task: 'regression', labels: [] },
  ];
  const kinds = [
    ['numbers', 'numbers', 'numbers'],
    ['categories', 'numbers', 'numbers', 'categories'],
    ['categories'],
  ] as const;
  const all = targets.flatMap((target) =>
    kinds.flatMap((columns) => [true, false].map((gaps) => ({ target, columns, gaps }))),
  );
  return Promise.all(
    all.map(({ target, columns, gaps }, seed) =>
      tableCase(
        `${target.task} of ${columns}${gaps ? ' with gaps' : ''}`,
        randomTable(columns, 30, seed, gaps),
        target,
        gaps,
        seed,
      ),
    ),
  );
}

/** Shoal's predictions under the names of the file's outputs. */
function expectedOf(
  { model: { loss } }: SavedModel,
  outputs: readonly (readonly number[])[],
  labels?: readonly string[],
): OnnxCase['outputs'] {
  if (loss.name === 'mean_squared_error') return { value: outputs.flat() };
  if (loss.name === 'binary_crossentropy' && (outputs[0]?.length ?? 0) > 1) {
    return { label: outputs.flat().map((p) => Number(p > 0.5)), probabilities: outputs.flat() };
  }
  const rows = outputs.map((row) => (row.length === 1 ? [1 - (row[0] as number), ...row] : row));
  const places = rows.map((row) => row.indexOf(Math.max(...row)));
  const areWhole = labels?.every((label) => Number.isInteger(Number(label))) ?? true;
  return {
    label: labels === undefined ? places : areWhole ? labels.map(Number) : labels,
    probabilities: rows.flat(),
  };
}

/** The cells of a table as the file's inputs. */
function tableInputs(table: Table, outputs: OnnxCase['outputs']): OnnxCase['inputs'] {
  const { rows, columns } = table;
  const cells = columns.map(cellsOf);
  const isText = columns.map(({ texts }) => texts.size > 0);
  if (!isText.includes(true)) {
    const values = Array.from({ length: rows }, (_, row) => cells.map((column) => column[row] ?? Number.NaN));
    return { features: { type: 'double', rows, columns: columns.length, values: values.flat() } };
  }
  return Object.fromEntries(
    columns.map(({ name }, place) => {
      const missing = isText[place] ? '' : Number.NaN;
      const values = (cells[place] ?? []).map((cell) => cell ?? missing);
      // A column that is named as an output gets a number.
      const input = name in outputs ? `${name}_2` : name;
      return [input, { type: isText[place] ? 'string' : 'double', rows, columns: 1, values }];
    }),
  );
}
