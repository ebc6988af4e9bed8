import type { Engine } from '../src/engine/engine.ts';
import { type Contestant, shoal } from './contestant.ts';
import { tensorflowJs } from './peers/tfjs-process.ts';
import { progress } from './report.ts';
import { flopPerStep, jobOf, type Workload, widths, workloads } from './workloads.ts';

/** The speed of one system on one workload. */
export interface Speed {
  readonly system: string;
  readonly network: string;
  readonly batchSize: number;
  readonly trials: number;
  readonly stepsPerSecondPerTrial: number;
  readonly stepsPerSecond: number;
  readonly gflops: number;
  /**
   * What a cold start costs, mostly compilation: the time from nothing to the end of the first epoch, less that of a
   * later epoch. (Opening alone tells little: some drivers compile a kernel when it is first dispatched.)
   */
  readonly coldMs: number;
}

export interface LayeredResult {
  /** Shoal, for growing numbers of trials. */
  readonly speeds: readonly Speed[];
  /** One trial by every system, measured in turns. */
  readonly contests: readonly (readonly Speed[])[];
  /** What was left out and why, and what is unlike the rest. */
  readonly notes: readonly string[];
}

export interface LayeredOptions {
  readonly quick: boolean;
  /** Whether to run the other systems too. */
  readonly peers: boolean;
  /** A fresh engine, so that nothing is compiled yet. */
  readonly openEngine: () => Promise<Engine>;
  readonly openCpu: () => Engine;
}

/** Times whole trainings: Shoal's engine with many trials, and with one against the other systems. */
export async function benchLayered(options: LayeredOptions): Promise<LayeredResult> {
  const speeds: Speed[] = [];
  const contests: Speed[][] = [];
  const notes: string[] = [];
  for (const workload of workloads) {
    const contest = await compare(workload, options, notes);
    contests.push(contest);
    speeds.push(...contest.slice(0, 1));
    for (const trials of trialCounts(workload, options.quick)) {
      speeds.push(await manyTrials(workload, trials, options, notes));
    }
  }
  return { speeds, contests, notes };
}

function trialCounts({ inputs }: Workload, quick: boolean): readonly number[] {
  return quick && inputs > 100 ? [8] : [8, 64];
}

/** Lets the systems train one trial in turns, so that a noisy moment hits all of them, and takes each one's best. */
async function compare(workload: Workload, options: LayeredOptions, notes: string[]): Promise<Speed[]> {
  const engine = await options.openEngine();
  const contestants: Contestant[] = [];
  try {
    contestants.push(await shoal(engine, workload, 1));
    if (options.peers) {
      const peer = await tensorflowJs(workload);
      contestants.push(peer);
      if (engine.kind === 'cpu') notes.push(`${label(workload)}: TensorFlow.js ran on ${peer.adapter}`);
      else {
        contestants.push(await shoal(options.openCpu(), workload, 1));
        if (!engine.description.includes(peer.adapter)) {
          notes.push(`${label(workload)}: TensorFlow.js ran on another adapter, ${peer.adapter}`);
        }
      }
    }
    return await takeTurns(workload, contestants, options.quick);
  } finally {
    for (const contestant of contestants) contestant.close();
    engine.close();
  }
}

async function takeTurns(workload: Workload, contestants: readonly Contestant[], quick: boolean) {
  const best = contestants.map(() => 0);
  for (let round = 0; round < (quick ? 2 : 4); round++) {
    for (const [c, contestant] of contestants.entries()) {
      const measured = await contestant.measure(quick ? 500 : 1500);
      best[c] = Math.max(best[c] as number, measured);
      progress(`${label(workload)}, round ${round + 1}: ${contestant.name} ${measured.toFixed(1)} steps/s`);
    }
  }
  return contestants.map((contestant, c) => speed(workload, 1, contestant, best[c] as number));
}

/** Trains in as few equal groups as the engine can hold, one after the other, as `fitAll` does. */
async function manyTrials(
  workload: Workload,
  trials: number,
  { openEngine, quick }: LayeredOptions,
  notes: string[],
): Promise<Speed> {
  const engine = await openEngine();
  try {
    const { trials: capacity } = engine.capacity(jobOf(workload, 1));
    const groups = Math.ceil(trials / capacity);
    const atOnce = Math.ceil(trials / groups);
    if (groups > 1)
      notes.push(`${label(workload)}: ${trials} trials train in ${groups} groups of up to ${atOnce}`);
    const contestant = await shoal(engine, workload, atOnce);
    let best = 0;
    for (let round = 0; round < (quick ? 2 : 3); round++) {
      best = Math.max(best, await contestant.measure(quick ? 300 : 1000));
    }
    contestant.close();
    progress(`${label(workload)}, ${trials} trials: ${(best / groups).toFixed(1)} steps/s each`);
    // While one group trains, the others wait: together they do what one group does alone.
    return speed(workload, trials, contestant, (best * atOnce) / trials, best);
  } finally {
    engine.close();
  }
}

function label(workload: Workload): string {
  return `${widths(workload)}, batch ${workload.batchSize}`;
}

/** @param whileTraining steps a second of a trial while its own group trains */
function speed(
  workload: Workload,
  trials: number,
  { name, firstEpochMs }: Contestant,
  each: number,
  whileTraining = each,
): Speed {
  return {
    system: name,
    network: widths(workload),
    batchSize: workload.batchSize,
    trials,
    stepsPerSecondPerTrial: each,
    stepsPerSecond: trials * each,
    gflops: (trials * each * flopPerStep(workload)) / 1e9,
    coldMs: Math.max(0, firstEpochMs - (1000 * workload.stepsPerEpoch) / whileTraining),
  };
}
