import { CpuBackend, cpuEngine } from '../engine/cpu/engine.ts';
import type { Step } from '../engine/cpu/kernel.ts';
import { lossKinds } from '../engine/cpu/kernels/loss.ts';
import type { Job, RowSet } from '../engine/engine.ts';
import type { Pass } from '../engine/layered/backend.ts';
import type { Call, KernelCall, Program } from '../engine/layered/program.ts';
import { openSession } from '../engine/layered/session.ts';
import { type Floats, single } from '../engine/precision.ts';
import type { WholeOutcome, WholeTrial } from '../engine/whole.ts';
import { confusionColumns, trainLayeredWhole } from './layered-whole.ts';

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
  const { signal } = cancel;
  const [outcome] = await trainLayeredWhole(engine, [trial], table, { signal }, confusion);
  return outcome as WholeOutcome;
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
