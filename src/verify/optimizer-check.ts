import { CpuBackend } from '../engine/cpu/engine.ts';
import type { Step } from '../engine/cpu/kernel.ts';
import type { Engine, Job, TrialSettings } from '../engine/engine.ts';
import { type ParameterLayout, parameterLayout, unpackWeights } from '../engine/layered/layout.ts';
import { trainingProgram } from '../engine/layered/program.ts';
import { uploadJob } from '../engine/layered/session.ts';
import { double } from '../engine/precision.ts';
import type { Clip } from '../model/optimizers.ts';
import { type CheckResult, checkResult, compareArrays, nothing, worse } from './check-result.ts';
import { emptyMemory, textbookStep } from './textbook-optimizers.ts';
import { train } from './training-check.ts';

const steps = 3;
const learningRate = 0.05;
/**
 * Adam divides a gradient by its own size, so that an element whose terms cancel to a thousandth, and which is then
 * good to 1e-4 only, moves with that error; what is wrong in a formula shows in percents of the way.
 */
const tolerance = 2e-3;

/**
 * Trains for a few steps of all rows at once and compares how far each weight moved with the textbook's formulas, which
 * share only the gradient of the loss with the engines (and that is compared with finite differences).
 */
export async function checkOptimizerSteps(name: string, job: Job, engine: Engine): Promise<CheckResult> {
  const trials = job.trials.map((trial) => ({ ...trial, optimizer: { ...trial.optimizer, learningRate } }));
  const steep: Job = { ...job, trials, batchSize: job.training.rows };
  const { weights } = await train(steep, engine, steps);
  let worst = nothing;
  for (const [t, trial] of trials.entries()) {
    const moved = (to: ArrayLike<number>) =>
      Float64Array.from(to, (weight, i) => weight - (trial.weights[i] as number));
    const want = moved(await textbookWeights(steep, trial));
    worst = worse(worst, compareArrays(`way of weights of trial ${t}`, moved(weights[t] ?? []), want));
  }
  return checkResult(`optimizer steps (${name})`, worst, tolerance);
}

async function textbookWeights(job: Job, trial: TrialSettings): Promise<Float64Array> {
  const layout = parameterLayout(trial.network);
  const memory = emptyMemory(layout.weights);
  let weights = Float64Array.from(trial.weights);
  for (let step = 0; step < steps; step++) {
    const gradient = Float64Array.from(await lossGradient(job, { ...trial, weights }, step));
    addPenalties(trial, layout, weights, gradient);
    clip(trial.optimizer.clip, layout, gradient);
    weights = textbookStep(trial.optimizer, weights, gradient, memory, learningRate, step + 1);
  }
  return weights;
}

/** The gradient without penalties over all rows, in double precision. */
async function lossGradient(job: Job, trial: TrialSettings, iteration: number): Promise<Float32Array> {
  const alone = { ...job, trials: [trial] };
  const program = trainingProgram(alone);
  const backend = new CpuBackend(program, double);
  uploadJob(program, backend, alone);
  const calls = program.trainStep.filter(({ kernel }) => !kernel.endsWith('_l2'));
  await backend.submit([{ calls, step: wholeEpoch(job, iteration) }], [0]);
  return unpackWeights(program.layout, await backend.read('gradients', 0, program.layout.size));
}

/** Epochs of one step each. */
function wholeEpoch({ training: { rows }, shuffle }: Job, iteration: number): Step {
  return {
    firstRow: 0,
    rows,
    sourceRows: rows,
    shuffled: shuffle,
    iteration,
    epoch: iteration,
    rateRow: 0,
    metricsRow: 0,
  };
}

/** The weights of each tensor as they lie one after the other. */
function tensorRanges({ tensors }: ParameterLayout): (readonly [start: number, end: number])[] {
  let end = 0;
  return tensors.map(({ rows, columns }) => {
    const start = end;
    end += rows * columns;
    return [start, end] as const;
  });
}

/** Adds the derivatives of l1 |w| + l2 w^2. */
function addPenalties(
  { network }: TrialSettings,
  layout: ParameterLayout,
  weights: Float64Array,
  gradient: Float64Array,
): void {
  const penalties = network.layers.flatMap(({ kernelPenalty, biasPenalty, useBias }) =>
    useBias ? [kernelPenalty, biasPenalty] : [kernelPenalty],
  );
  tensorRanges(layout).forEach(([start, end], tensor) => {
    const { l1, l2 } = penalties[tensor] as { l1: number; l2: number };
    for (let i = start; i < end; i++) {
      const weight = weights[i] as number;
      gradient[i] = (gradient[i] as number) + l1 * Math.sign(weight) + 2 * l2 * weight;
    }
  });
}

function clip(how: Clip, layout: ParameterLayout, gradient: Float64Array): void {
  if (how.kind === 'none') return;
  const { kind, limit } = how;
  if (kind === 'value') {
    for (const [i, g] of gradient.entries()) gradient[i] = Math.max(-limit, Math.min(limit, g));
    return;
  }
  for (const [start, end] of kind === 'norm' ? tensorRanges(layout) : [[0, gradient.length] as const]) {
    const part = gradient.subarray(start, end);
    const norm = Math.hypot(...part);
    if (norm > limit) for (const [i, g] of part.entries()) part[i] = (g * limit) / norm;
  }
}
