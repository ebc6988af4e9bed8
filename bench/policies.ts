import type { PreparedTable } from '../src/data/table/prepare-table.ts';
import {
  adam,
  adaptPenalty,
  type Callback,
  type Engine,
  fitAll,
  growBatchOnPlateau,
  growBatchWithNoise,
  mlp,
  type Penalty,
  penaltyForSize,
  prepareTable,
  reduceLROnPlateau,
  sgd,
  type TrainedModel,
  type TrialFitOptions,
} from '../src/index.ts';
import { readTableFile } from '../src/node.ts';
import { progress } from './report.ts';
import { type Quartiles, quartiles } from './statistics.ts';

/** A table of test/data-sets, a small network for it, and how long it trains. */
interface DataSet {
  readonly name: string;
  readonly inputs: number;
  readonly hidden: number;
  readonly outputs: number;
  readonly epochs: number;
}

const dataSets: readonly DataSet[] = [
  { name: 'seed-classification', inputs: 10, hidden: 16, outputs: 1, epochs: 100 },
  { name: 'breast-cancer', inputs: 30, hidden: 16, outputs: 1, epochs: 100 },
  { name: 'digits', inputs: 64, hidden: 16, outputs: 10, epochs: 60 },
];
export const dataSetNames = dataSets.map(({ name }) => name);

/** A way to train: what is its own beside the seed. */
interface Contender {
  readonly name: string;
  /** The contender that has the same in all but the policy. */
  readonly against?: string;
  readonly batchSize: number;
  readonly callbacks?: readonly Callback[];
  readonly penalty?: Partial<Penalty>;
  /** Whether the penalty is multiplied by the weights per training row. */
  readonly forSize?: boolean;
}

const l2 = 0.001;
const plateau = { patience: 5, monitor: 'val_loss' } as const;
const contenders: readonly Contender[] = [
  { name: 'batch 32', batchSize: 32 },
  { name: 'batch 8', against: 'batch 32', batchSize: 8 },
  { name: 'batch 256', against: 'batch 32', batchSize: 256 },
  {
    name: '32, rate halves on a plateau',
    against: 'batch 32',
    batchSize: 32,
    callbacks: [reduceLROnPlateau({ ...plateau, factor: 0.5 })],
  },
  ...[32, 8].flatMap((batchSize): Contender[] => [
    {
      name: `${batchSize}, doubles on a plateau`,
      against: `batch ${batchSize}`,
      batchSize,
      callbacks: [growBatchOnPlateau(plateau)],
    },
    {
      name: `${batchSize}, grows with the noise`,
      against: `batch ${batchSize}`,
      batchSize,
      callbacks: [growBatchWithNoise()],
    },
  ]),
  { name: `32, L2 ${l2}`, against: 'batch 32', batchSize: 32, penalty: { l2 } },
  {
    name: `32, L2 ${l2}, adapts`,
    against: `32, L2 ${l2}`,
    batchSize: 32,
    penalty: { l2 },
    callbacks: [adaptPenalty()],
  },
  { name: `32, L2 ${l2} for size`, against: `32, L2 ${l2}`, batchSize: 32, penalty: { l2 }, forSize: true },
];

export interface PolicyOptions {
  /** Trainings of each contender: seeds of initial weights and shuffling. */
  readonly seeds: number;
  readonly sets: readonly string[];
  /** Where the sets are. */
  readonly folder: string;
  /** Adam's learning rate. */
  readonly rate: number;
  readonly quick: boolean;
  readonly engine: Engine;
}

/** What came of one contender; quartiles are over the seeds, losses without penalties, all of the final weights. */
export interface PolicyResult {
  readonly set: string;
  readonly network: string;
  readonly rows: number;
  readonly epochs: number;
  readonly name: string;
  readonly against?: string;
  /** Milliseconds of a training where all seeds of this contender train side by side: the best of rounds. */
  readonly ms: number;
  /** The same in the processor time of the process, which an adapter that computes on the CPU takes too. */
  readonly cpuMs: number;
  readonly steps: Quartiles;
  readonly finalBatch: Quartiles;
  /** Factor of the penalties in the last epoch. */
  readonly finalScale: Quartiles;
  readonly trainingLoss: Quartiles;
  readonly validationLoss: Quartiles;
  readonly accuracy: Quartiles;
  /** The share of seeds with a lower validation loss than the same seed has `against`. */
  readonly better?: number;
}

/** Trains every contender on every set with many seeds. */
export async function benchPolicies(options: PolicyOptions): Promise<PolicyResult[]> {
  const results: PolicyResult[] = [];
  for (const set of dataSets.filter(({ name }) => options.sets.includes(name))) {
    results.push(...(await benchSet(set, options)));
  }
  return results;
}

/** A contender with its trainings of one set. */
interface Entry {
  readonly contender: Contender;
  ms: number;
  cpuMs: number;
  models: readonly TrainedModel[];
}

async function benchSet(set: DataSet, options: PolicyOptions): Promise<PolicyResult[]> {
  const rows = prepareTable(await readTableFile(`${options.folder}/${set.name}.csv`), { target: 'target' });
  const entries = contenders.map(
    (contender): Entry => ({
      ...{ contender, models: [] },
      ...{ ms: Number.POSITIVE_INFINITY, cpuMs: Number.POSITIVE_INFINITY },
    }),
  );
  const epochs = options.quick ? Math.ceil(set.epochs / 5) : set.epochs;
  const rounds = options.quick ? 1 : 2;
  for (let round = 0; round < rounds; round++) {
    progress(`${set.name}, round ${round + 1} of ${rounds}`);
    for (const entry of entries) {
      const trials = trialsOf(set, entry.contender, rows, options);
      const train = (count: number) =>
        fitAll(trials, { engine: options.engine, ...rowsOf(rows), epochs: count });
      if (round === 0) await train(1); // compiles
      const [started, used] = [performance.now(), process.cpuUsage()];
      entry.models = await train(epochs);
      const { user, system } = process.cpuUsage(used);
      entry.ms = Math.min(entry.ms, (performance.now() - started) / trials.length);
      entry.cpuMs = Math.min(entry.cpuMs, (user + system) / 1000 / trials.length);
    }
  }
  return summaries({ ...set, epochs }, rows, entries, options.engine);
}

const rowsOf = ({ training, validation }: PreparedTable) => ({ x: training.x, y: training.y, validation });

function networkOf({ inputs, hidden, outputs }: DataSet, penalty: Partial<Penalty> = {}) {
  const outputActivation = outputs === 1 ? 'sigmoid' : 'softmax';
  return mlp({ inputs, hidden: [hidden], outputs, outputActivation, kernelRegularizer: penalty });
}

const lossOf = ({ outputs }: DataSet) =>
  outputs === 1 ? ('binary_crossentropy' as const) : ('categorical_crossentropy' as const);

function trialsOf(
  set: DataSet,
  contender: Contender,
  rows: PreparedTable,
  { seeds, rate }: PolicyOptions,
): TrialFitOptions[] {
  const { batchSize, callbacks = [], penalty = {}, forSize = false } = contender;
  const scaled = forSize ? penaltyForSize(penalty, networkOf(set), rows.training.rows) : penalty;
  const optimizer = adam({ learningRate: rate });
  const shared = { network: networkOf(set, scaled), loss: lossOf(set), optimizer, batchSize, callbacks };
  return Array.from({ length: seeds }, (_, seed) => ({ ...shared, seed }));
}

/**
 * Losses and accuracy of the final weights. A history's training loss is a mean over an epoch in which the weights move
 * on, and its losses hold the penalties: here the weights make one more epoch, with a rate of 0 and without penalties.
 */
async function finalMetrics(
  set: DataSet,
  rows: PreparedTable,
  models: readonly TrainedModel[],
  engine: Engine,
) {
  const shared = { network: networkOf(set), loss: lossOf(set), optimizer: sgd({ learningRate: 0 }) };
  const trials = models.map(({ weights }) => ({ ...shared, initialWeights: weights }));
  const batchSize = rows.training.rows;
  const still = await fitAll(trials, { engine, ...rowsOf(rows), epochs: 1, batchSize });
  return still.map(({ history: { metrics } }) => ({
    trainingLoss: metrics.loss?.[0] ?? Number.NaN,
    validationLoss: metrics.val_loss?.[0] ?? Number.NaN,
    accuracy: metrics.val_accuracy?.[0] ?? Number.NaN,
  }));
}

async function summaries(
  set: DataSet,
  table: PreparedTable,
  entries: readonly Entry[],
  engine: Engine,
): Promise<PolicyResult[]> {
  const { inputs, hidden, outputs, epochs } = set;
  const { rows } = table.training;
  const validationLosses = new Map<string, readonly number[]>();
  const results: PolicyResult[] = [];
  for (const { contender, ms, cpuMs, models } of entries) {
    const { name, against, batchSize } = contender;
    const final = await finalMetrics(set, table, models, engine);
    const losses = final.map(({ validationLoss }) => validationLoss);
    validationLosses.set(name, losses);
    const rivals = against === undefined ? undefined : validationLosses.get(against);
    const batches = (model: TrainedModel) =>
      model.history.metrics.batch_size ?? new Array<number>(model.history.epochs).fill(batchSize);
    const steps = (model: TrainedModel) =>
      batches(model).reduce((sum, size) => sum + Math.ceil(rows / size), 0);
    results.push({
      ...{ set: set.name, network: [inputs, hidden, outputs].join('-'), rows, epochs, name, ms, cpuMs },
      ...(against !== undefined && { against }),
      steps: quartiles(models.map(steps)),
      finalBatch: quartiles(models.map((model) => batches(model).at(-1) ?? batchSize)),
      finalScale: quartiles(models.map(({ history }) => history.metrics.penalty_scale?.at(-1) ?? 1)),
      trainingLoss: quartiles(final.map(({ trainingLoss }) => trainingLoss)),
      validationLoss: quartiles(losses),
      accuracy: quartiles(final.map(({ accuracy }) => accuracy)),
      ...(rivals && {
        better: losses.filter((loss, i) => loss < (rivals[i] as number)).length / losses.length,
      }),
    });
  }
  return results;
}
