import { cpuEngine } from '../engine/cpu/engine.ts';
import type { Engine, EpochMetrics, Job, TrialSettings } from '../engine/engine.ts';
import { double } from '../engine/precision.ts';
import { type CheckResult, checkResult, compareArrays, nothing, type Worst, worse } from './check-result.ts';

/**
 * After one step: Adam divides a gradient by its own size, so that an element whose terms cancel to a thousandth, and
 * which is then good to 1e-4 only, is off by as much of the learning rate (here up to 1e-2, weights being about 1).
 */
const stepTolerance = 5e-5;
/** Over whole trainings rounding errors grow with the steps; ten epochs of these cases stay well below. */
const trainingTolerance = 5e-4;
const epochs = 10;

/** Trains a job for one step and for whole epochs on an engine and in double precision, and compares. */
export async function checkTraining(name: string, job: Job, engine: Engine): Promise<CheckResult[]> {
  const oracle = cpuEngine({ precision: double });
  const oneStep = { ...job, batchSize: job.training.rows };
  return [
    checkResult(`one step (${name})`, await compareRuns(oneStep, engine, oracle, 1), stepTolerance),
    checkResult(
      `training of ${epochs} epochs (${name})`,
      await compareRuns(job, engine, oracle, epochs),
      trainingTolerance,
    ),
    await checkAlone(name, job, engine),
    await checkPredictions(name, job, engine, oracle),
  ];
}

async function compareRuns(job: Job, engine: Engine, oracle: Engine, count: number): Promise<Worst> {
  const [got, want] = [await train(job, engine, count), await train(job, oracle, count)];
  return job.trials.reduce((worst, _, t) => {
    const weights = compareArrays(`weights of trial ${t}`, got.weights[t] ?? [], want.weights[t] ?? []);
    return worse(
      worse(worst, weights),
      compareArrays(`losses of trial ${t}`, losses(got.metrics, t), losses(want.metrics, t)),
    );
  }, nothing);
}

export interface Trained {
  readonly weights: readonly Float32Array[];
  readonly metrics: readonly EpochMetrics[];
}

/** Trains all trials for `count` epochs, each with its own learning rate. */
export async function train(job: Job, engine: Engine, count: number): Promise<Trained> {
  const session = await engine.open(job);
  try {
    const trials = job.trials.map((_, t) => t);
    const rate = (t: number) => {
      const { learningRate } = (job.trials[t] as TrialSettings).optimizer;
      return typeof learningRate === 'number' ? learningRate : learningRate.at(0, 0);
    };
    const learningRates = Float32Array.from({ length: trials.length * session.stepsPerEpoch }, (_, i) =>
      rate(Math.floor(i / session.stepsPerEpoch)),
    );
    const plans = Array.from({ length: count }, (_, epoch) => ({ epoch, learningRates }));
    const metrics = await session.run(plans, trials);
    const weights: Float32Array[] = [];
    for (const t of trials) weights.push(await session.weights(t));
    return { weights, metrics };
  } finally {
    session.close();
  }
}

function losses(metrics: readonly EpochMetrics[], trial: number): number[] {
  return metrics.flatMap(({ training, validation }) => [
    training[trial]?.loss ?? 0,
    validation?.[trial]?.loss ?? 0,
  ]);
}

/** A trial must give the same bits alone as among others, and so must a second run. */
async function checkAlone(name: string, job: Job, engine: Engine): Promise<CheckResult> {
  const last = job.trials.length - 1;
  const together = await train(job, engine, 3);
  const alone = await train({ ...job, trials: [job.trials[last] as TrialSettings] }, engine, 3);
  const [got, want] = [together.weights[last] as Float32Array, alone.weights[0] as Float32Array];
  const differing = got.findIndex((weight, i) => weight !== want[i]);
  const where =
    differing < 0
      ? ''
      : `weight ${differing} is ${got[differing]} among ${last} others, ${want[differing]} alone`;
  return checkResult(`same bits alone (${name})`, { deviation: differing < 0 ? 0 : 1, where }, 0);
}

/** A forward pass with exp and a division at the end: a few units in the last place, times the layers. */
const predictionTolerance = 1e-5;

async function checkPredictions(
  name: string,
  job: Job,
  engine: Engine,
  oracle: Engine,
): Promise<CheckResult> {
  const { network, weights } = job.trials[0] as TrialSettings;
  const { x, rows } = job.training;
  const [got, want] = [
    await engine.predict(network, weights, x, rows),
    await oracle.predict(network, weights, x, rows),
  ];
  return checkResult(`predictions (${name})`, compareArrays('outputs', got, want), predictionTolerance);
}
