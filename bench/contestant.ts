import type { Engine, EpochPlan, Session } from '../src/engine/engine.ts';
import { jobOf, type Workload } from './workloads.ts';

/** A system that trains a workload, ready to be timed. */
export interface Contestant {
  readonly name: string;
  /** Time from nothing to the end of the first epoch. */
  readonly firstEpochMs: number;
  /** Trains for about `milliseconds` (one epoch at least) and returns the steps per second of each trial. */
  measure(milliseconds: number): Promise<number>;
  close(): void;
}

/**
 * Calls `train` with growing numbers of epochs (at most `mostEpochs` at once) until about `milliseconds` have passed;
 * returns the training steps per second.
 */
export async function stepsPerSecond(
  milliseconds: number,
  stepsPerEpoch: number,
  train: (epochs: number) => Promise<void>,
  mostEpochs: number,
): Promise<number> {
  const started = performance.now();
  let epochs = 0;
  let elapsed = 0;
  for (let ahead = 1; elapsed < milliseconds; ) {
    await train(ahead);
    epochs += ahead;
    elapsed = performance.now() - started;
    const left = Math.ceil(((milliseconds - elapsed) * epochs) / elapsed);
    ahead = Math.max(1, Math.min(mostEpochs, left, 4 * ahead));
  }
  return (1000 * epochs * stepsPerEpoch) / elapsed;
}

/** One of Shoal's engines on a workload. */
export async function shoal(engine: Engine, workload: Workload, trials: number): Promise<Contestant> {
  const job = jobOf(workload, trials);
  const started = performance.now();
  const session = await engine.open(job);
  const train = trainer(session, trials);
  await train(1);
  const firstEpochMs = performance.now() - started;
  return {
    name: engine.kind === 'webgpu' ? 'Shoal, WebGPU' : 'Shoal, CPU',
    firstEpochMs,
    measure: (milliseconds) =>
      stepsPerSecond(milliseconds, session.stepsPerEpoch, train, session.epochsPerRun),
    close: () => session.close(),
  };
}

/** Trains all trials on from where they are, without a look at the metrics in between. */
function trainer(session: Session, trials: number): (epochs: number) => Promise<void> {
  const active = Array.from({ length: trials }, (_, trial) => trial);
  const learningRates = new Float32Array(trials * session.stepsPerEpoch).fill(1e-3);
  let done = 0;
  return async (epochs) => {
    const plans = Array.from({ length: epochs }, (_, i): EpochPlan => ({ epoch: done + i, learningRates }));
    await session.run(plans, active);
    done += epochs;
  };
}
