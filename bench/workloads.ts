import type { Job, TrialSettings } from '../src/engine/engine.ts';
import { initialWeights } from '../src/model/initializers.ts';
import { loss } from '../src/model/losses.ts';
import { mlp, type Network } from '../src/model/network.ts';
import { optimizer } from '../src/model/optimizers.ts';

/** One training that every system runs: dense layers with ReLU, Adam at Keras's settings, cross-entropy. */
export interface Workload {
  readonly inputs: number;
  readonly hidden: readonly number[];
  /** 1: a sigmoid with binary cross-entropy; more: a softmax with categorical cross-entropy. */
  readonly outputs: number;
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
}

const seedExperiment = { inputs: 10, hidden: [16], outputs: 1, stepsPerEpoch: 25 };
const large = { inputs: 784, hidden: [512, 512], outputs: 10, stepsPerEpoch: 4 };

export const workloads: readonly Workload[] = [
  { ...seedExperiment, batchSize: 32 },
  { ...large, batchSize: 32 },
  { ...large, batchSize: 256 },
];

/** The layer widths, as in `784-512-512-10`. */
export function widths({ inputs, hidden, outputs }: Workload): string {
  return [inputs, ...hidden, outputs].join('-');
}

/**
 * Floating-point operations of one training step of one trial: 2 for each multiply-add of the three products
 * (forward, weight gradient, input gradient; the first layer needs no input gradient). Activations, loss and
 * optimiser are left out.
 *   2 * batch * sum over layers of inputs * units * (2 for the first layer, else 3)
 */
export function flopPerStep({ inputs, hidden, outputs, batchSize }: Workload): number {
  const sizes = [inputs, ...hidden, outputs];
  const multiplyAdds = sizes.slice(1).map((units, l) => (sizes[l] as number) * units * (l === 0 ? 2 : 3));
  return 2 * batchSize * multiplyAdds.reduce((sum, count) => sum + count, 0);
}

/** A job of `trials` trials that differ in their seeds. The rows are noise: speed does not depend on them. */
export function jobOf(workload: Workload, trials: number): Job {
  const { inputs, hidden, outputs, batchSize, stepsPerEpoch } = workload;
  const activation = outputs === 1 ? 'sigmoid' : 'softmax';
  const network = mlp({ inputs, hidden: [...hidden], outputs, outputActivation: activation });
  const rows = batchSize * stepsPerEpoch;
  return {
    trials: Array.from({ length: trials }, (_, seed) => trialOf(network, seed)),
    training: {
      rows,
      x: Float32Array.from({ length: rows * inputs }, () => 2 * Math.random() - 1),
      y: Float32Array.from({ length: rows }, () => Math.floor(Math.random() * Math.max(2, outputs))),
    },
    batchSize,
    shuffle: true,
  };
}

function trialOf(network: Network, seed: number): TrialSettings {
  const units = network.layers.at(-1)?.units;
  return {
    network,
    loss: loss(units === 1 ? 'binary_crossentropy' : 'categorical_crossentropy'),
    optimizer: optimizer('adam'),
    seed,
    weights: initialWeights(network, seed),
  };
}
