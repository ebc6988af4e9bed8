import { CpuBackend, cpuEngine } from '../engine/cpu/engine.ts';
import type { Step } from '../engine/cpu/kernel.ts';
import { lossKinds } from '../engine/cpu/kernels/loss.ts';
import type { EpochPlan, Job, PassMetrics, RowSet } from '../engine/engine.ts';
import type { Pass } from '../engine/layered/backend.ts';
import type { Call, KernelCall, Program } from '../engine/layered/program.ts';
import { openSession } from '../engine/layered/session.ts';
import { type Floats, single } from '../engine/precision.ts';
import { epochColumns, type WholeOutcome, type WholeStatus, type WholeTrial } from '../engine/whole.ts';
import { windowSets } from './row-table.ts';
import { ruleCallbacks } from './rule-callbacks.ts';
import { type TrialOutcome, trainTrials } from './train-trials.ts';

const columns = epochColumns.length;
const confusionColumns = columns - epochColumns.indexOf('truePositives');

/**
 * Trains one complete trial on the CPU, with the bits that `fit` gives it on `cpuEngine()`.
 *
 * @param isCancelled asked now and then; a cancelled trial comes back with what it has
 */
export async function trainOnCpu(
  trial: WholeTrial,
  table: RowSet,
  isCancelled: () => boolean,
): Promise<WholeOutcome> {
  const cancel = new AbortController();
  const confusion = new Float32Array(confusionColumns * trial.epochs);
  const open = async (program: Program) =>
    new CountingBackend(program, confusion, () => {
      if (isCancelled()) cancel.abort();
    });
  const engine = { ...cpuEngine(), openBackend: open, open: (job: Job) => openSession(job, open) };
  const sets = windowSets(table, trial.window);
  const job: Job = { trials: [trial], ...sets, batchSize: trial.batchSize, shuffle: trial.shuffle };
  const history = new Float32Array(columns * trial.epochs);
  const { outcomes, cancelled } = await trainTrials(engine, job, {
    epochs: trial.epochs,
    callbacks: [ruleCallbacks(trial)],
    onEpoch: ({ epoch, logs }, metrics, plan) => {
      const { rate, rateAfter } = epochRates(trial, plan, logs.learning_rate_end as number);
      const row = [...sums(metrics.training, sets.training), rate];
      row.push(...sums(metrics.validation, sets.validation), rateAfter);
      row.push(...confusion.subarray(confusionColumns * epoch, confusionColumns * (epoch + 1)));
      history.set(row, columns * epoch);
    },
    signal: cancel.signal,
  });
  return wholeOutcome(trial, outcomes[0] as TrialOutcome, history, cancelled);
}

/** Sums over the rows of loss, right outputs and absolute error. */
function sums(metrics: readonly PassMetrics[] | undefined, set: RowSet | undefined): number[] {
  const [own] = metrics ?? [];
  if (!own || !set) return [0, 0, 0];
  return [own.loss, own.accuracy, own.meanAbsoluteError].map((mean) => mean * set.rows);
}

/** The rate of an epoch's first step, and the one that is kept after its last. */
function epochRates({ optimizer }: WholeTrial, { learningRates }: EpochPlan, kept: number) {
  const isKept = typeof optimizer.learningRate === 'number';
  return { rate: learningRates[0] as number, rateAfter: isKept ? kept : (learningRates.at(-1) as number) };
}

function wholeOutcome(
  trial: WholeTrial,
  { weights, history: { epochs, metrics, stopped, restoredEpoch } }: TrialOutcome,
  rows: Float32Array,
  cancelled: boolean,
): WholeOutcome {
  const divergedEpoch = metrics.loss?.findIndex((loss) => !Number.isFinite(loss)) ?? -1;
  const endsDiverged = trial.rules.stopOnNaN && divergedEpoch >= 0;
  let status: WholeStatus = 'finished';
  if (cancelled) status = 'cancelled';
  else if (stopped !== undefined) status = endsDiverged ? 'diverged' : 'stopped';
  return {
    status,
    epochs,
    ...(restoredEpoch !== undefined && { restoredEpoch }),
    ...(divergedEpoch >= 0 && { divergedEpoch }),
    history: rows.slice(0, columns * epochs),
    weights,
  };
}

/** The CPU's backend, which also counts how a single binary output judges the validation rows. */
class CountingBackend extends CpuBackend {
  private readonly confusion: Float32Array;
  private readonly afterSubmit: () => void;

  /** @param confusion for each epoch true and false positives, false and true negatives */
  constructor(program: Program, confusion: Float32Array, afterSubmit: () => void) {
    super(program, single);
    this.confusion = confusion;
    this.afterSubmit = afterSubmit;
  }

  override async submit(passes: readonly Pass[], trials: readonly number[]): Promise<void> {
    await super.submit(passes, trials);
    this.afterSubmit();
  }

  override execute(call: Call, step: Step, trials: readonly number[]): void {
    super.execute(call, step, trials);
    if (call.kernel !== 'loss' || call.constants.TRAINING) return;
    const { LOSS, UNITS } = call.constants;
    if (LOSS === lossKinds.binary_crossentropy && UNITS === 1) this.count(call, step);
  }

  private count({ buffers, constants }: KernelCall<'loss'>, { rows, epoch }: Step): void {
    const outputs = this.buffers[buffers.outputs] as Floats;
    const labels = this.buffers[buffers.batch_labels] as Floats;
    for (let row = 0; row < rows; row++) {
      const isPositive = (outputs[row * constants.UNIT_STRIDE] as number) > 0;
      const isTrue = (labels[row * constants.LABELS] as number) > 0.5;
      const place = isPositive ? (isTrue ? 0 : 1) : isTrue ? 2 : 3;
      const at = confusionColumns * epoch + place;
      this.confusion[at] = (this.confusion[at] as number) + 1;
    }
  }
}
