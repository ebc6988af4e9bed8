import { oneOf } from '../core/check.ts';
import { CancelledError, UsageError } from '../core/errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { Floats } from '../engine/precision.ts';
import { wasmEngine } from '../engine/wasm/engine.ts';
import type { DenseLayer, Network } from '../model/network.ts';
import { checkColumns, type Features, featureMatrix } from '../train/rows.ts';
import { outputNetwork, type TrainedModel } from '../train/trained-model.ts';
import { type ExplainedColumn, explainedColumns } from './columns.ts';

/** What an explanation needs of a model. */
export type ExplainedModel = Pick<TrainedModel, 'network' | 'weights' | 'loss' | 'preprocessing'>;

/** Which numbers are explained: a classifier's probabilities, or what they are made of by sigmoid or softmax. */
export const outputScales = ['probability', 'logit'] as const;
export type OutputScale = (typeof outputScales)[number];

/** Options of all explanations. */
export interface ExplainRunOptions {
  /** Where to compute; the CPU where left out. */
  readonly engine?: Engine;
  /** Ends the work with a CancelledError. */
  readonly signal?: AbortSignal;
  /** Hears how many rows have gone through the network, and of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}
export const runOptionNames = ['engine', 'signal', 'onProgress'] as const;

/** A model on an engine, as explanations see it: a function of rows of features. */
export interface Subject extends Omit<ExplainRunOptions, 'engine'> {
  readonly engine: Engine;
  /** Its outputs are what is explained. */
  readonly network: Network;
  readonly weights: Float32Array;
  readonly columns: readonly ExplainedColumn[];
  readonly units: number;
}

/** @throws UsageError for logits of a regression, or an unknown scale */
export function subjectOf(
  model: ExplainedModel,
  { engine = wasmEngine(), signal, onProgress }: ExplainRunOptions = {},
  scale: OutputScale = 'probability',
): Subject {
  oneOf('scale', scale, outputScales);
  const predicted = outputNetwork(model);
  const network = scale === 'logit' ? withLogits(predicted, model) : predicted;
  return {
    engine,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
    network,
    weights: model.weights,
    columns: explainedColumns(model),
    units: (network.layers.at(-1) as DenseLayer).units,
  };
}

function withLogits(network: Network, { loss }: ExplainedModel): Network {
  const output = network.layers.at(-1) as DenseLayer;
  const { name } = output.activation;
  if (loss.name === 'mean_squared_error' || (name !== 'sigmoid' && name !== 'softmax')) {
    throw new UsageError('scale must be probability for a model that is no classifier, got logit');
  }
  const activation = { name: 'linear', parameter: 0 } as const;
  return { ...network, layers: [...network.layers.slice(0, -1), { ...output, activation }] };
}

/** Rows of features in single precision, row-major. */
export interface FeatureRows {
  readonly rows: number;
  readonly values: Float32Array;
}

/** Checks features against a model. @throws UsageError for ragged or no rows, or values that are not finite */
export function featureRows(x: Features, name: string, network: Network): FeatureRows {
  const { rows, columns, values } = featureMatrix(x, name);
  if (rows === 0) throw new UsageError(`${name} must have at least one row, got none`);
  checkColumns(columns, name, network);
  return { rows, values };
}

/** Rows that are made at once: enough for any device, at most 16 MiB of features, and Ctrl-C need not wait long. */
const mostRows = 32_768;
const mostFloats = 2 ** 22;

/** Writes the features of row `row` of those to compute at place `at` of x. */
export type WriteRow = (row: number, x: Float32Array, at: number) => void;
/** Takes what came of row `row`: its numbers start at place `at`. Rows come in their order. */
export type UseRow = (row: number, values: ArrayLike<number>, at: number) => void;

/** Outputs of many rows that are written and used one after the other, so that memory stays bounded. */
export function predictMany(subject: Subject, rows: number, write: WriteRow, use: UseRow): Promise<void> {
  const { engine, network, weights, units } = subject;
  const compute = (x: Float32Array, _: number, count: number) => engine.predict(network, weights, x, count);
  return inParts(subject, { rows, write, compute, use, stride: units });
}

/** Gradients of many rows, in the same way. @param output which output of row `row` */
export function gradientsOfMany(
  subject: Subject,
  rows: number,
  output: (row: number) => number,
  write: WriteRow,
  use: UseRow,
): Promise<void> {
  const { engine, network, weights } = subject;
  const compute = (x: Float32Array, first: number, count: number) => {
    const outputs = Int32Array.from({ length: count }, (_, i) => output(first + i));
    return engine.inputGradients(network, weights, x, count, outputs);
  };
  return inParts(subject, { rows, write, compute, use, stride: network.inputs });
}

interface RowWork {
  readonly rows: number;
  readonly write: WriteRow;
  readonly compute: (x: Float32Array, first: number, count: number) => Promise<Floats>;
  readonly use: UseRow;
  /** Numbers that come of a row. */
  readonly stride: number;
}

/** Writes one part of the rows, and uses what came of the part before, while the device computes another. */
async function inParts(subject: Subject, { rows, write, compute, use, stride }: RowWork): Promise<void> {
  const { inputs } = subject.network;
  const most = Math.max(1, Math.min(rows, mostRows, Math.floor(mostFloats / inputs)));
  const buffers = [new Float32Array(most * inputs), new Float32Array(most * inputs)] as const;
  let used: Promise<void> = Promise.resolve();
  let computed: Promise<unknown> = used;
  try {
    for (let first = 0; first < rows; first += most) {
      checkSignal(subject);
      const count = Math.min(most, rows - first);
      const x = buffers[(first / most) % 2] as Float32Array;
      for (let i = 0; i < count; i++) write(first + i, x, i * inputs);
      const before = used;
      const values = compute(x.subarray(0, count * inputs), first, count);
      computed = values;
      used = Promise.all([values, before]).then(([own]) => {
        for (let i = 0; i < count; i++) use(first + i, own, i * stride);
        subject.onProgress?.(first + count, rows);
      });
      // A failure is told when its turn comes.
      used.catch(() => undefined);
      await before;
    }
  } finally {
    // Nothing goes on after this function, whatever has failed.
    await Promise.allSettled([computed, used]);
  }
  await used;
  checkSignal(subject);
}

function checkSignal({ signal }: Subject): void {
  if (signal?.aborted) throw new CancelledError('the explanation was cancelled');
}
