import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareTable } from '../src/data/table/prepare-table.ts';
import type { Engine } from '../src/engine/engine.ts';
import {
  adam,
  choice,
  mlp,
  type Parameters,
  type StudyTrial,
  type TrialContext,
  tune,
} from '../src/index.ts';
import { openEngine, readTableFile } from '../src/node.ts';
import type { FunctionTrial } from '../src/study/minimize.ts';
import { environmentFolder } from './peers/environment.ts';
import { progress } from './report.ts';
import type { TestFunction } from './test-functions.ts';
import { choice as chosen, integer, logReal, type NamedDimension, spaceOf } from './test-spaces.ts';

export const tabularNames = ['breast-cancer', 'digits', 'seed-classification'] as const;
export type TabularName = (typeof tabularNames)[number];

/** Epochs of every training of a table. */
export const tabularEpochs = 30;

/** A parameter of a table. Numbers on a logarithmic scale take the level whose part of the range they lie in. */
type TabularParameter =
  | {
      readonly name: string;
      readonly kind: 'log';
      readonly low: number;
      readonly high: number;
      readonly levels: number;
    }
  | { readonly name: string; readonly kind: 'int'; readonly low: number; readonly high: number }
  | { readonly name: string; readonly kind: 'choice'; readonly values: readonly string[] };

const parameters: readonly TabularParameter[] = [
  { name: 'learningRate', kind: 'log', low: 1e-4, high: 0.1, levels: 10 },
  { name: 'layers', kind: 'int', low: 1, high: 2 },
  { name: 'widthExponent', kind: 'int', low: 3, high: 5 },
  { name: 'batchExponent', kind: 'int', low: 4, high: 7 },
  { name: 'dropoutFifths', kind: 'int', low: 0, high: 2 },
  { name: 'activation', kind: 'choice', values: ['relu', 'tanh'] },
];

/** It grows when other trainings are made, or trainings come out otherwise. */
const tableVersion = 1;

/** All trainings of a table of rows, as bench/peers/optuna_samplers.py reads them. */
export interface TabularFile {
  readonly parameters: readonly TabularParameter[];
  readonly epochs: number;
  /** Validation losses after each epoch of each combination of levels, the last parameter's changing fastest. */
  readonly losses: readonly (readonly number[])[];
}

/** A loss that is not finite counts as this: worse than guessing. */
const worst = 10;

function levelsOf(parameter: TabularParameter): number {
  if (parameter.kind === 'log') return parameter.levels;
  return parameter.kind === 'int' ? parameter.high - parameter.low + 1 : parameter.values.length;
}

/** Which level a value lies in. */
function levelOf(parameter: TabularParameter, value: unknown): number {
  if (parameter.kind === 'choice') return parameter.values.indexOf(String(value));
  if (parameter.kind === 'int') return Number(value) - parameter.low;
  const { low, high, levels } = parameter;
  const place = Math.log(Number(value) / low) / Math.log(high / low);
  return Math.max(0, Math.min(levels - 1, Math.floor(place * levels)));
}

/** The value in the middle of a level. */
function levelValue(parameter: TabularParameter, level: number): number | string {
  if (parameter.kind === 'choice') return parameter.values[level] as string;
  if (parameter.kind === 'int') return parameter.low + level;
  const { low, high, levels } = parameter;
  return low * (high / low) ** ((level + 0.5) / levels);
}

function placeOf(given: Parameters): number {
  return parameters.reduce((place, parameter) => {
    return place * levelsOf(parameter) + levelOf(parameter, given[parameter.name]);
  }, 0);
}

/**
 * The file with all trainings of a data set; they are made where it does not exist, and kept beside the peers' Python
 * packages. Trials are compared by one part of the rows that none of them trains on.
 */
export async function tabularFile(name: TabularName): Promise<string> {
  const path = join(dirname(environmentFolder()), 'tabular', `${name}-${tableVersion}.json`);
  if (existsSync(path)) return path;
  const { engine } = await openEngine('auto');
  try {
    const table = await trainAll(name, engine);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(table));
  } finally {
    engine.close();
  }
  return path;
}

function tabularTraining(given: Parameters, { task, inputs, classes }: TrialContext): StudyTrial {
  const isBinary = task === 'binary';
  const hidden = new Array<number>(Number(given.layers)).fill(2 ** Number(given.widthExponent));
  return {
    network: mlp({
      inputs,
      hidden,
      outputs: isBinary ? 1 : classes,
      activation: given.activation === 'tanh' ? 'tanh' : 'relu',
      outputActivation: isBinary ? 'sigmoid' : 'softmax',
      dropout: Number(given.dropoutFifths) / 5,
    }),
    loss: isBinary ? 'binary_crossentropy' : 'categorical_crossentropy',
    optimizer: adam({ learningRate: Number(given.learningRate) }),
    batchSize: 2 ** Number(given.batchExponent),
    epochs: tabularEpochs,
  };
}

async function trainAll(name: TabularName, engine: Engine): Promise<TabularFile> {
  const file = fileURLToPath(new URL(`../../test/data-sets/${name}.csv`, import.meta.url));
  const { training, target } = prepareTable(await readTableFile(file), { target: 'target' });
  const combinations = parameters.reduce((product, parameter) => product * levelsOf(parameter), 1);
  const losses = Array.from({ length: combinations }, () => new Array<number>(tabularEpochs).fill(worst));
  let done = 0;
  const { data } = await tune({
    engine,
    x: training.x,
    y: training.y,
    task: target.task,
    space: Object.fromEntries(
      parameters.map((parameter) => {
        const values = Array.from({ length: levelsOf(parameter) }, (_, level) =>
          levelValue(parameter, level),
        );
        return [parameter.name, choice(values)];
      }),
    ),
    build: tabularTraining,
    sampler: 'grid',
    pruner: 'none',
    folds: 1,
    epochs: tabularEpochs,
    trials: combinations,
    onEvent: ({ type }) => {
      if (type === 'trial' && ++done % 50 === 0) progress(`${name}: ${done} of ${combinations} trainings`);
    },
  });
  data.trials.forEach((trial, i) => {
    const { curve = [] } = data.results[i] ?? {};
    const row = losses[placeOf(trial.parameters)] as number[];
    for (let epoch = 0; 3 * epoch < curve.length; epoch++)
      row[epoch] = Math.min(worst, curve[3 * epoch + 2] as number);
  });
  return { parameters, epochs: tabularEpochs, losses };
}

/** The last validation loss of a data set's trainings as a function of their parameters. */
export async function tabularFunction(name: TabularName): Promise<TestFunction & { readonly file: string }> {
  const file = await tabularFile(name);
  const { losses } = JSON.parse(readFileSync(file, 'utf8')) as TabularFile;
  const last = (row: readonly number[]) => row[tabularEpochs - 1] as number;
  return {
    name,
    file,
    space: spaceOf(parameters.map(dimensionOf)),
    minimum: Math.min(...losses.map(last)),
    evaluate(given, trial) {
      const row = losses[placeOf(given)] as readonly number[];
      return reported(row, trial);
    },
  };
}

/** Tells the losses one after the other until the trial is pruned; returns the last one. */
function reported(losses: readonly number[], trial: FunctionTrial | undefined): number {
  const end = trial ? losses.findIndex((loss, i) => !trial.report(i + 1, loss)) : -1;
  return losses[end < 0 ? losses.length - 1 : end] as number;
}

function dimensionOf(parameter: TabularParameter): NamedDimension {
  if (parameter.kind === 'choice') return chosen(parameter.name, parameter.values);
  const { name, low, high } = parameter;
  return parameter.kind === 'log' ? logReal(name, low, high) : integer(name, low, high);
}
