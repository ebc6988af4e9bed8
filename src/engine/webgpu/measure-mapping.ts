import type { FusedPlan } from '../fused/plan.ts';
import type { WholeJob, WholeOutcome, WholeTrial } from '../whole.ts';
import { flopPerEpoch } from '../whole-work.ts';
import type { GpuContext } from './device.ts';
import type { Measured } from './planner.ts';

/** Trials that keep all lanes of an adapter busy. */
const busyTrials = { software: 128, gpu: 4096 };
/** The longer of two runs must be longer by this, and takes as many epochs as that needs. */
const leastMs = 50;
const mostEpochs = 64;

/** Trains copies of a job's trials with a plan, first to compile, then for a moment that is timed. */
export async function measureMapping(
  job: WholeJob,
  plan: FusedPlan,
  { adapter }: GpuContext,
  train: (job: WholeJob, plan: FusedPlan) => Promise<(WholeOutcome | undefined)[]>,
): Promise<Measured> {
  const count = Math.min(plan.slots, adapter.isSoftware ? busyTrials.software : busyTrials.gpu);
  const sample = (epochs: number): WholeJob => ({
    table: job.table,
    trials: Array.from({ length: count }, (_, i) => ({
      ...(job.trials[i % job.trials.length] as WholeTrial),
      epochs,
      rules: { stopOnNaN: false },
    })),
  });
  const timed = async (epochs: number) => {
    const started = performance.now();
    await train(sample(epochs), plan);
    return performance.now() - started;
  };
  const cold = await timed(1);
  // What a run costs whatever its length, is in both of two runs.
  const shortest = await timed(1);
  let epochs = 1;
  let whole = shortest;
  while (whole - shortest < leastMs && epochs < mostEpochs) {
    epochs = Math.min(mostEpochs, 4 * epochs);
    whole = await timed(epochs);
  }
  // On a busy machine the short run may take as long as the long one: then the long one counts whole.
  const longer = whole - shortest;
  const flopPerMs = (flopPerEpoch(sample(1)) * (epochs - 1)) / (longer < leastMs ? whole : longer);
  return { flopPerMs, compileMs: Math.max(0, cold - shortest) };
}
