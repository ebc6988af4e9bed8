import { CancelledError } from '../../core/errors.ts';
import type { Network } from '../../model/network.ts';
import type { Step } from '../cpu/kernel.ts';
import type {
  EpochMetrics,
  EpochPlan,
  Job,
  NoiseSums,
  PassMetrics,
  RowSet,
  Session,
  TrialSettings,
} from '../engine.ts';
import type { Floats } from '../precision.ts';
import { hyper } from '../webgpu/shaders.generated.ts';
import type { Backend, OpenBackend, Pass } from './backend.ts';
import { packWeights, padRows, unpackWeights } from './layout.ts';
import { type Dimensions, type Program, trainingProgram } from './program.ts';
import { stepSize } from './rates.ts';
import { SubmitPacer } from './submit-pacer.ts';

/** Opens a job on a backend: uploads rows, weights and settings, and returns the session that trains it. */
export async function openSession(job: Job, open: OpenBackend): Promise<Session> {
  const program = trainingProgram(job);
  const backend = await open(program);
  uploadJob(program, backend, job);
  return new LayeredSession(job, program, backend);
}

/** Writes what a job is given, rows, weights and settings, into the buffers of its program. */
export function uploadJob({ layout, dimensions }: Program, backend: Backend, job: Job): void {
  const parameters = new Float32Array(dimensions.trials * layout.size);
  const settings = new Float32Array(dimensions.trials * dimensions.hyperStride);
  job.trials.forEach((trial, t) => {
    packWeights(layout, trial.weights, parameters.subarray(t * layout.size, (t + 1) * layout.size));
    settings.set(hyperRow(trial, dimensions), t * dimensions.hyperStride);
  });
  backend.write('parameters', 0, parameters);
  backend.write('hyper', 0, settings);
  const { inputs } = layout.layers[0] as { inputs: number };
  for (const [name, set] of [
    ['training', job.training],
    ['validation', job.validation],
  ] as const) {
    if (!set) continue;
    backend.write(`${name}_features`, 0, padRows(set.x, inputs));
    backend.write(`${name}_labels`, 0, labelRows(set));
  }
}

/** Targets and, last in each row, the sample weight. */
function labelRows({ rows, y, sampleWeights }: RowSet): Float32Array<ArrayBuffer> {
  const targets = y.length / rows;
  const labels = new Float32Array(rows * (targets + 1));
  for (let row = 0; row < rows; row++) {
    labels.set(y.subarray(row * targets, (row + 1) * targets), row * (targets + 1));
    labels[row * (targets + 1) + targets] = sampleWeights?.[row] ?? 1;
  }
  return labels;
}

/** A trial's own numbers, as `shaders/lib/hyper.wgsl` lays them out. */
export function hyperRow(trial: TrialSettings, dimensions: Dimensions): Float32Array {
  const row = new Float32Array(dimensions.hyperStride);
  const { optimizer, loss } = trial;
  row[hyper.SEED_LOW] = trial.seed & 0xffff;
  row[hyper.SEED_HIGH] = trial.seed >>> 16;
  if (optimizer.name === 'adam') {
    row[hyper.FRESH_1] = 1 - optimizer.beta1;
    row[hyper.FRESH_2] = 1 - optimizer.beta2;
  }
  if (optimizer.name === 'rmsprop') {
    row[hyper.FRESH_2] = 1 - optimizer.rho;
    row[hyper.RHO] = optimizer.rho;
  }
  if (optimizer.name !== 'sgd') row[hyper.EPSILON] = optimizer.epsilon;
  if (optimizer.name !== 'adam') row[hyper.MOMENTUM] = optimizer.momentum;
  row[hyper.WEIGHT_DECAY] = optimizer.weightDecay;
  row[hyper.CLIP] = optimizer.clip.kind === 'none' ? 0 : optimizer.clip.limit;
  row[hyper.LABEL_SMOOTHING] = loss.labelSmoothing;
  row.set(tensorPenalties(trial.network), hyper.PENALTIES);
  row.set(
    trial.network.layers.map((layer) => layer.dropout),
    dimensions.dropoutRates,
  );
  row.fill(1, dimensions.classWeights);
  row.set(trial.classWeights ?? [], dimensions.classWeights);
  return row;
}

export function tensorPenalties(network: Network): number[] {
  return network.layers.flatMap(({ kernelPenalty, biasPenalty, useBias }) =>
    [kernelPenalty, ...(useBias ? [biasPenalty] : [])].flatMap(({ l1, l2 }) => [l1, l2]),
  );
}

/** A pass of an epoch; a training step with the rates that hold for it. */
interface PlannedPass extends Pass {
  readonly rates?: { readonly plan: EpochPlan; readonly step: number; readonly steps: number };
}

/** What the four sums at a place of `metrics` say of each of so many rows. */
function means(sums: Floats, at: number, rows: number): PassMetrics {
  return {
    loss: (sums[at] as number) / rows,
    accuracy: (sums[at + 1] as number) / rows,
    meanAbsoluteError: (sums[at + 2] as number) / rows,
    dataLoss: (sums[at + 3] as number) / rows,
  };
}

class LayeredSession implements Session {
  readonly epochsPerRun: number;
  readonly stepsPerEpoch: number;
  private readonly job: Job;
  private readonly program: Program;
  private readonly backend: Backend;
  private readonly pacer = new SubmitPacer();

  constructor(job: Job, program: Program, backend: Backend) {
    this.job = job;
    this.program = program;
    this.backend = backend;
    this.epochsPerRun = program.dimensions.metricsRows / 2;
    this.stepsPerEpoch = Math.ceil(job.training.rows / job.batchSize);
  }

  async run(
    epochs: readonly EpochPlan[],
    active: readonly number[],
    signal?: AbortSignal,
  ): Promise<EpochMetrics[]> {
    const { trials } = this.program.dimensions;
    const sumsLength = 4 * trials * 2 * epochs.length;
    const { countsConfusion = false } = this.backend;
    for (const name of ['metrics', ...(countsConfusion ? ['confusion'] : [])]) {
      this.backend.write(name, 0, new Float32Array(sumsLength));
    }
    if (this.job.measuresNoise) this.backend.write('noise', 4 * trials, new Float32Array(sumsLength));
    const passes = epochs.flatMap((plan, index) => [
      ...this.trainingPasses(plan, index),
      ...this.validationPasses(plan, index),
    ]);
    await this.submitPaced(passes, active, signal);
    const sums = await this.backend.read('metrics', 0, sumsLength);
    const counts = countsConfusion ? await this.backend.read('confusion', 0, sumsLength) : undefined;
    const metrics = epochs.map(({ epoch }, index) => this.epochMetrics(epoch, index, sums, counts));
    if (!this.job.measuresNoise) return metrics;
    const noise = await this.backend.read('noise', 4 * trials, sumsLength);
    return metrics.map((own, index) => ({ ...own, noise: this.noiseSums(index, noise) }));
  }

  private *trainingPasses(plan: EpochPlan, index: number): Generator<PlannedPass> {
    const { job, program, stepsPerEpoch } = this;
    const { epoch, batchSize = job.batchSize, firstStep = epoch * stepsPerEpoch } = plan;
    const steps = Math.ceil(job.training.rows / batchSize);
    for (let s = 0; s < steps; s++) {
      const firstRow = s * batchSize;
      yield {
        calls: program.trainStep,
        rates: { plan, step: s, steps },
        step: {
          firstRow,
          rows: Math.min(batchSize, job.training.rows - firstRow),
          sourceRows: job.training.rows,
          shuffled: job.shuffle,
          iteration: firstStep + s,
          epoch,
          rateRow: 0,
          metricsRow: 2 * index,
        },
      };
    }
  }

  private *validationPasses({ epoch }: EpochPlan, index: number): Generator<PlannedPass> {
    const { validation } = this.job;
    if (!validation) return;
    const { rows } = this.program.dimensions;
    for (let firstRow = 0; firstRow < validation.rows; firstRow += rows) {
      const step: Step = {
        firstRow,
        rows: Math.min(rows, validation.rows - firstRow),
        sourceRows: validation.rows,
        shuffled: false,
        iteration: 0,
        epoch,
        rateRow: 0,
        metricsRow: 2 * index + 1,
      };
      yield { calls: this.program.evaluateStep, step };
    }
  }

  /** Cuts the passes into submits of 50 to 100 ms and keeps one waiting behind the one that runs. */
  private async submitPaced(
    passes: readonly PlannedPass[],
    active: readonly number[],
    signal?: AbortSignal,
  ): Promise<void> {
    const { rateRows } = this.program.dimensions;
    let running: Promise<void> = Promise.resolve();
    for (let start = 0; start < passes.length; ) {
      const count = Math.min(this.pacer.passes, rateRows, passes.length - start);
      const chunk = passes.slice(start, start + count);
      const submitted = this.submitChunk(chunk, active);
      await running;
      running = submitted;
      start += count;
      if (signal?.aborted) break;
    }
    await running;
    if (signal?.aborted) throw new CancelledError('training was cancelled');
  }

  private submitChunk(chunk: readonly PlannedPass[], active: readonly number[]): Promise<void> {
    const { trials, rateRows } = this.program.dimensions;
    const rates = new Float32Array(trials * rateRows * 2);
    const renumbered = chunk.map(({ calls, step, rates: planned }, row) => {
      if (planned) this.fillRates(rates, row, planned, step.iteration, active);
      return { calls, step: { ...step, rateRow: row } };
    });
    this.backend.write('rates', 0, rates);
    return this.pacer.time(chunk.length, this.backend.submit(renumbered, active));
  }

  private fillRates(
    rates: Float32Array,
    row: number,
    { plan, step, steps }: NonNullable<PlannedPass['rates']>,
    iteration: number,
    active: readonly number[],
  ): void {
    const { rateRows } = this.program.dimensions;
    for (const trial of active) {
      const learningRate = plan.learningRates[trial * steps + step] as number;
      const { optimizer } = this.job.trials[trial] as TrialSettings;
      const at = 2 * (trial * rateRows + row);
      rates[at] = learningRate;
      rates[at + 1] = stepSize(optimizer, learningRate, iteration + 1);
    }
  }

  private epochMetrics(epoch: number, index: number, sums: Floats, counts: Floats | undefined): EpochMetrics {
    const pass = (metricsRow: number, rows: number): PassMetrics[] =>
      this.job.trials.map((_, trial) => means(sums, 4 * (metricsRow * this.job.trials.length + trial), rows));
    const training = pass(2 * index, this.job.training.rows);
    const { validation } = this.job;
    if (!validation) return { epoch, training };
    const judged = pass(2 * index + 1, validation.rows);
    if (!counts) return { epoch, training, validation: judged };
    const first = 4 * (2 * index + 1) * this.job.trials.length;
    const confusion = (trial: number) => counts.subarray(first + 4 * trial, first + 4 * trial + 4);
    return {
      epoch,
      training,
      validation: judged.map((own, trial) => ({ ...own, confusion: confusion(trial) })),
    };
  }

  private noiseSums(index: number, sums: ArrayLike<number>): NoiseSums[] {
    return this.job.trials.map((_, trial) => {
      const at = 4 * (2 * index * this.program.dimensions.trials + trial);
      const sum = (offset: number) => sums[at + offset] as number;
      return { along: sum(0), squared: sum(1), inverseRows: sum(2), steps: sum(3) };
    });
  }

  async weights(trial: number): Promise<Float32Array> {
    const { layout } = this.program;
    return unpackWeights(layout, await this.backend.read('parameters', trial * layout.size, layout.size));
  }

  keepWeights(trial: number): void {
    const { size } = this.program.layout;
    this.backend.copy('parameters', 'kept', trial * size, size);
  }

  restoreWeights(trial: number): void {
    const { size } = this.program.layout;
    this.backend.copy('kept', 'parameters', trial * size, size);
  }

  scalePenalties(trial: number, scale: number): void {
    const { network } = this.job.trials[trial] as TrialSettings;
    const factor = Math.fround(scale);
    const penalties = Float32Array.from(tensorPenalties(network), (own) => Math.fround(own) * factor);
    this.backend.write('hyper', trial * this.program.dimensions.hyperStride + hyper.PENALTIES, penalties);
  }

  close(): void {
    this.backend.close();
  }
}
