import { UsageError } from '../core/errors.ts';
import { highest } from '../core/highest.ts';
import type { Preprocessing } from '../data/table/prepare-table.ts';
import type { Table } from '../data/table/table.ts';
import type { Engine } from '../engine/engine.ts';
import { wasmEngine } from '../engine/wasm/engine.ts';
import type { Loss } from '../model/losses.ts';
import type { Network } from '../model/network.ts';
import type { History } from './history.ts';
import { checkColumns, type Features, featureMatrix } from './rows.ts';

/** A network with the weights that training gave it. */
export interface TrainedModel {
  readonly network: Network;
  readonly loss: Loss;
  /** Layer by layer kernel (inputs x units, row-major), then bias. */
  readonly weights: Float32Array;
  readonly history: History;
  /** How raw rows become features and outputs labels, where training was given it. */
  readonly preprocessing?: Preprocessing;
  /** Remarks on choices that were made for the caller, such as an automatic batch size. */
  readonly notes: readonly string[];
}

/**
 * Outputs of the model: a row for each row of x, one number an output (probabilities of a classifier).
 *
 * @param engine where to compute; the CPU where left out
 * @throws UsageError for ragged rows, values that are not finite, or another number of columns than the network's
 */
export async function predict(
  model: Pick<TrainedModel, 'network' | 'weights' | 'loss'>,
  x: Features,
  engine: Engine = wasmEngine(),
): Promise<number[][]> {
  const { rows, columns, values } = featureMatrix(x, 'x');
  if (rows === 0) return [];
  checkColumns(columns, 'x', model.network);
  const outputs = await engine.predict(outputNetwork(model), model.weights, values, rows);
  const units = outputs.length / rows;
  return Array.from({ length: rows }, (_, row) =>
    Array.from(outputs.subarray(row * units, (row + 1) * units)),
  );
}

/**
 * The network whose outputs are the model's predictions: where the loss works on logits and the output is linear, it ends
 * in sigmoid or softmax instead.
 */
export function outputNetwork({ network, loss }: Pick<TrainedModel, 'network' | 'loss'>): Network {
  const output = network.layers.at(-1);
  if (output?.activation.name !== 'linear' || loss.name === 'mean_squared_error') return network;
  const name = loss.name === 'binary_crossentropy' ? 'sigmoid' : 'softmax';
  const layers = [...network.layers.slice(0, -1), { ...output, activation: { name, parameter: 0 } as const }];
  return { ...network, layers };
}

/** Predictions for the rows of a table. */
export interface TablePredictions {
  /** Which rows they are: with the missing policy `drop` some are left out. */
  readonly rows: Int32Array;
  /** Probabilities, or values, a row for each. */
  readonly outputs: readonly (readonly number[])[];
  /** The likeliest class of each row; absent for a regression. */
  readonly labels?: readonly string[];
}

export interface PredictTableOptions {
  /** Two classes: a row is of the second one where its probability is above this. Default 0.5. */
  readonly threshold?: number;
}

/**
 * Predictions from a table's raw rows, through the preprocessing that the model was trained with.
 * @throws UsageError when the model was trained without one, DataError when the table does not fit it
 */
export async function predictTable(
  model: Pick<TrainedModel, 'network' | 'weights' | 'loss' | 'preprocessing'>,
  table: Table,
  engine?: Engine,
  { threshold = 0.5 }: PredictTableOptions = {},
): Promise<TablePredictions> {
  if (!model.preprocessing) {
    throw new UsageError(
      'predictTable must have a model with preprocessing; give it to fit, or use predict on features',
    );
  }
  const { preprocessor, target } = model.preprocessing;
  const { x, rows } = preprocessor.transform(table);
  const outputs = await predict(model, x, engine);
  if (target.task === 'regression') return { rows, outputs };
  return {
    rows,
    outputs,
    labels: outputs.map((output) => target.labels[likeliest(output, threshold)] as string),
  };
}

/** The class of one row of outputs: of a single output the side of the threshold on which it is. */
function likeliest(output: readonly number[], threshold: number): number {
  const [probability = 0] = output;
  return output.length === 1 ? Number(probability > threshold) : highest(output);
}
