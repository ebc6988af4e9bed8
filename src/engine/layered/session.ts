import { CancelledError } from '../../core/errors.ts';
import type { Network } from '../../model/network.ts';
import type { Step } from '../cpu/kernel.ts';
import type { EpochMetrics, EpochPlan, Job, PassMetrics, RowSet, Session, TrialSettings } from '../engine.ts';
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
    const { dimensions } = this.program;
    this.backend.write('metrics', 0, new Float32Array(4 * dimensions.trials * 2 * epochs.length));
    const passes = epochs.flatMap((plan, index) => [
      ...this.trainingPasses(plan, index),
      ...this.validationPasses(plan, index),
    ]);
    await this.submitPaced(passes, epochs, active, signal);
    const sums = await this.backend.read('metrics', 0, 4 * dimensions.trials * 2 * epochs.length);
    return epochs.map(({ epoch }, index) => this.epochMetrics(epoch, index, sums));
  }

  private *trainingPasses({ epoch }: EpochPlan, index: number): Generator<Pass> {
    const { job, program, stepsPerEpoch } = this;
    for (let s = 0; s < stepsPerEpoch; s++) {
      const firstRow = s * job.batchSize;
      yield {
        calls: program.trainStep,
        step: {
          firstRow,
          rows: Math.min(job.batchSize, job.training.rows - firstRow),
          sourceRows: job.training.rows,
          shuffled: job.shuffle,
          iteration: epoch * stepsPerEpoch + s,
          epoch,
          rateRow: index * stepsPerEpoch + s,
          metricsRow: 2 * index,
        },
      };
    }
  }

  private *validationPasses({ epoch }: EpochPlan, index: number): Generator<Pass> {
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
    passes: readonly Pass[],
    epochs: readonly EpochPlan[],
    active: readonly number[],
    signal?: AbortSignal,
  ): Promise<void> {
    const { rateRows } = this.program.dimensions;
    let running: Promise<void> = Promise.resolve();
    for (let start = 0; start < passes.length; ) {
      const count = Math.min(this.pacer.passes, rateRows, passes.length - start);
      const chunk = passes.slice(start, start + count);
      const submitted = this.submitChunk(chunk, epochs, active);
      await running;
      running = submitted;
      start += count;
      if (signal?.aborted) break;
    }
    await running;
    if (signal?.aborted) throw new CancelledError('training was cancelled');
  }

  private submitChunk(
    chunk: readonly Pass[],
    epochs: readonly EpochPlan[],
    active: readonly number[],
  ): Promise<void> {
    const { trials, rateRows } = this.program.dimensions;
    const rates = new Float32Array(trials * rateRows * 2);
    const renumbered = chunk.map(({ calls, step }, row) => {
      if (calls === this.program.trainStep) this.fillRates(rates, row, step.rateRow, epochs, active);
      return { calls, step: { ...step, rateRow: row } };
    });
    this.backend.write('rates', 0, rates);
    return this.pacer.time(chunk.length, this.backend.submit(renumbered, active));
  }

  private fillRates(
    rates: Float32Array,
    row: number,
    stepInRun: number,
    epochs: readonly EpochPlan[],
    active: readonly number[],
  ): void {
    const { rateRows } = this.program.dimensions;
    const plan = epochs[Math.floor(stepInRun / this.stepsPerEpoch)] as EpochPlan;
    const step = stepInRun % this.stepsPerEpoch;
    for (const trial of active) {
      const learningRate = plan.learningRates[trial * this.stepsPerEpoch + step] as number;
      const { optimizer } = this.job.trials[trial] as TrialSettings;
      const iteration = plan.epoch * this.stepsPerEpoch + step + 1;
      rates.set([learningRate, stepSize(optimizer, learningRate, iteration)], 2 * (trial * rateRows + row));
    }
  }

  private epochMetrics(epoch: number, index: number, sums: ArrayLike<number>): EpochMetrics {
    const pass = (metricsRow: number, rows: number): PassMetrics[] =>
      this.job.trials.map((_, trial) => {
        const at = 4 * (metricsRow * this.program.dimensions.trials + trial);
        const mean = (offset: number) => (sums[at + offset] as number) / rows;
        return { loss: mean(0), accuracy: mean(1), meanAbsoluteError: mean(2) };
      });
    const training = pass(2 * index, this.job.training.rows);
    const { validation } = this.job;
    return validation
      ? { epoch, training, validation: pass(2 * index + 1, validation.rows) }
      : { epoch, training };
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

  close(): void {
    this.backend.close();
  }
}
