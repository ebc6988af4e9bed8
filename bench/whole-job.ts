import { makeClassification } from '../src/data/make-classification.ts';
import { trainTestSplit } from '../src/data/split.ts';
import { StandardScaler } from '../src/data/standard-scaler.ts';
import type { WholeJob, WholeTrial } from '../src/engine/whole.ts';
import { initialWeights } from '../src/model/initializers.ts';
import { loss } from '../src/model/losses.ts';
import { mlp, type Network } from '../src/model/network.ts';
import { adam } from '../src/model/optimizers.ts';

/** A network and its data for benchmarks of whole trainings: 800 training and 200 validation rows. */
export interface WholeWorkload {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly batchSize: number;
  readonly epochs: number;
}

/** The seed experiment, and the larger networks that other frameworks train too. */
export const wholeWorkloads: readonly WholeWorkload[] = [
  { inputs: 10, hidden: [16], outputs: 1, batchSize: 32, epochs: 100 },
  { inputs: 10, hidden: [64, 32], outputs: 1, batchSize: 32, epochs: 100 },
  { inputs: 30, hidden: [128, 64], outputs: 1, batchSize: 32, epochs: 100 },
  { inputs: 64, hidden: [256, 128], outputs: 10, batchSize: 32, epochs: 100 },
];

export const widthsOf = ({ inputs, hidden, outputs }: WholeWorkload) =>
  [inputs, ...hidden, outputs].join('-');

/** Trials of a workload that differ in their seeds: initial weights and shuffling. */
export function wholeJob(workload: WholeWorkload, trials: number, epochs = workload.epochs): WholeJob {
  const network = networkOf(workload);
  const isBinary = workload.outputs === 1;
  const shared = {
    network,
    loss: loss(isBinary ? 'binary_crossentropy' : 'categorical_crossentropy'),
    optimizer: adam(),
    batchSize: workload.batchSize,
    epochs,
    shuffle: true,
    window: { first: 0, end: 1000, firstValidation: 800, endValidation: 1000 },
    rules: { stopOnNaN: false },
  };
  const trial = (seed: number): WholeTrial => ({ ...shared, seed, weights: initialWeights(network, seed) });
  return { trials: Array.from({ length: trials }, (_, seed) => trial(seed)), table: rowsOf(workload) };
}

function networkOf({ inputs, hidden, outputs }: WholeWorkload): Network {
  return mlp({ inputs, hidden, outputs, outputActivation: outputs === 1 ? 'sigmoid' : 'softmax' });
}

/** The seed experiment's data, with more features and classes where the network asks for them. */
function rowsOf({ inputs, outputs }: WholeWorkload): WholeJob['table'] {
  const nClasses = Math.max(2, outputs);
  const informative = inputs === 10 ? {} : { nInformative: Math.min(inputs, 16) };
  const data = makeClassification({
    nSamples: 1000,
    nFeatures: inputs,
    nClasses,
    randomState: 42,
    ...informative,
  });
  const { train, test } = trainTestSplit(data, { testSize: 0.2, randomState: 42 });
  const scaler = new StandardScaler().fit(train.x);
  const x = new Float32Array(1000 * inputs);
  x.set(Float32Array.from(scaler.transform(train.x).values));
  x.set(Float32Array.from(scaler.transform(test.x).values), 800 * inputs);
  return { rows: 1000, x, y: Float32Array.from([...train.y, ...test.y]) };
}
