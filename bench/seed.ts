import type { Engine } from '../src/engine/engine.ts';
import type { WholeJob, WholeOutcome } from '../src/engine/whole.ts';
import type { WholeRunner } from '../src/engine/whole-runner.ts';
import { median } from './peers/job.ts';
import { progress, short, table } from './report.ts';
import { type WholeWorkload, wholeJob, wholeWorkloads, widthsOf } from './whole-job.ts';

/** The speed of complete trainings, so many at once. */
export interface WholeSpeed {
  readonly network: string;
  readonly trials: number;
  readonly mapping: string;
  /** Trials that were on the device at once. */
  readonly slots: number;
  readonly trialsPerSecond: number;
  readonly gflops: number;
  /** From nothing to the first epoch of the first trials: plan, compilation, upload, training, reading back. */
  readonly coldSeconds: number;
  readonly bytes: number;
  /** Median over the trials: shows that they do the work. */
  readonly finalValLossMedian: number;
}

export interface SeedOptions {
  readonly quick: boolean;
  /** Numbers of trials to train at once. */
  readonly trials: readonly number[];
  /** The networks to train, by their widths. */
  readonly networks: readonly string[];
  /** A fresh engine, so that nothing is compiled yet. */
  readonly openEngine: () => Promise<Engine>;
}

/** Trains the seed experiment (or a larger network) for growing numbers of trials, as whole trainings. */
export async function benchSeed(options: SeedOptions): Promise<WholeSpeed[]> {
  const speeds: WholeSpeed[] = [];
  for (const workload of wholeWorkloads.filter((item) => options.networks.includes(widthsOf(item)))) {
    const engine = await options.openEngine();
    try {
      const runner = engine.whole;
      if (!runner) continue;
      for (const trials of options.trials)
        speeds.push(await measure(runner, workload, trials, options.quick));
    } finally {
      engine.close();
    }
  }
  return speeds;
}

async function measure(
  runner: WholeRunner,
  workload: WholeWorkload,
  trials: number,
  quick: boolean,
): Promise<WholeSpeed> {
  const started = performance.now();
  await runner.run(wholeJob(workload, Math.min(trials, 16), 1));
  const coldSeconds = (performance.now() - started) / 1000;
  const job = wholeJob(workload, trials);
  const plan = await runner.plan(job);
  let best = {
    milliseconds: Number.POSITIVE_INFINITY,
    outcomes: [] as readonly (WholeOutcome | undefined)[],
  };
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    const timed = await timedRun(runner, job);
    if (timed.milliseconds < best.milliseconds) best = timed;
  }
  const trialsPerSecond = (1000 * trials) / best.milliseconds;
  progress(`${widthsOf(workload)}, ${trials} trials: ${short(trialsPerSecond)} trials/s`);
  return {
    network: widthsOf(workload),
    trials,
    mapping: plan.mapping,
    slots: plan.slots,
    trialsPerSecond,
    gflops: (plan.flop * workload.epochs) / best.milliseconds / 1e6,
    coldSeconds,
    bytes: plan.bytes,
    finalValLossMedian: median(best.outcomes.map(finalValLoss)),
  };
}

async function timedRun(runner: WholeRunner, job: WholeJob) {
  const from = performance.now();
  const outcomes = await runner.run(job);
  return { milliseconds: performance.now() - from, outcomes };
}

/** The mean over the 200 validation rows in the last epoch: the fifth of its twelve columns is the sum. */
function finalValLoss(outcome: WholeOutcome | undefined): number {
  return (outcome?.history.at(-8) ?? Number.NaN) / 200;
}

/** The speeds as a table; `peak` is the adapter's multiply-add rate in GFLOP/s. */
export function seedTable(speeds: readonly WholeSpeed[], peak: number): string {
  const rows = speeds.map((speed) => [
    speed.network,
    speed.mapping,
    String(speed.trials),
    short(speed.trialsPerSecond),
    short(speed.gflops),
    peak > 0 ? `${((100 * speed.gflops) / peak).toFixed(1)} %` : '',
    speed.coldSeconds.toFixed(2),
    `${short(speed.bytes / 1e6)} MB`,
    speed.finalValLossMedian.toFixed(4),
  ]);
  const head = [
    'network',
    'mapping',
    'trials',
    'trials/s',
    'GFLOP/s',
    'of the peak',
    'cold start, s',
    'memory',
    'val. loss',
  ];
  return table(head, rows, 2);
}
