import type { WholeJob, WholeOutcome, WholeTrial } from './whole.ts';
import { flopPerEpoch } from './whole-work.ts';

/** What a short training showed of a way to train. */
export interface Measured {
  /** Floating-point operations a millisecond, once compiled. */
  readonly flopPerMs: number;
  /** Compilation, and the first submit. */
  readonly compileMs: number;
}

/** The longer of two runs must be longer by this, and takes as many epochs as that needs. */
const leastMs = 50;
const mostEpochs = 64;

/**
 * Trains copies of a job's trials, first to compile, then for a moment that is timed.
 *
 * @param count trials that keep all of the device busy
 */
export async function measureRate(
  job: WholeJob,
  count: number,
  train: (job: WholeJob) => Promise<(WholeOutcome | undefined)[]>,
): Promise<Measured> {
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
    await train(sample(epochs));
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
