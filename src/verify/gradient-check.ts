import { CpuBackend } from '../engine/cpu/engine.ts';
import type { Step } from '../engine/cpu/kernel.ts';
import type { Job } from '../engine/engine.ts';
import { type Program, trainingProgram } from '../engine/layered/program.ts';
import { uploadJob } from '../engine/layered/session.ts';
import { double, type Floats } from '../engine/precision.ts';
import { sgd } from '../model/optimizers.ts';
import { type CheckResult, checkResult, nothing, worse } from './check-result.ts';
import { RandomValues } from './random-values.ts';

/** Step of the central differences; in double precision their error is about its square. */
const epsilon = 1e-6;
/** Rounding of the loss divided by the step, about 1e-16 / 1e-6, with a margin for kinks that a difference straddles. */
const tolerance = 1e-5;
const weightsChecked = 40;

/**
 * Compares the gradient of loss and penalties in double precision with central differences of their sum, for a sample
 * of the weights. The gradient of the penalties arises only inside of the optimisers: it is seen as what one step of
 * gradient descent with learning rate 1 takes from the weights.
 */
export async function checkGradient(name: string, job: Job, seed: number): Promise<CheckResult> {
  const descent = byPlainDescent(job);
  const program = trainingProgram(descent);
  const backend = new CpuBackend(program, double);
  uploadJob(program, backend, descent);
  backend.write('rates', 0, Float32Array.of(1, 1));
  const step = firstBatch(descent);
  const calls = program.trainStep.filter(({ kernel }) => kernel !== 'sgd_l2');
  const lossNow = async () => {
    backend.write('metrics', 0, new Float32Array(program.buffers.metrics as number));
    await backend.submit([{ calls, step }], [0]);
    return ((await backend.read('metrics', 0, 1))[0] as number) / step.rows;
  };
  const gradients = await descentOf(program, backend, step);
  const random = new RandomValues(seed, `gradient ${name}`);
  let worst = nothing;
  for (let i = 0; i < weightsChecked; i++) {
    const at = randomWeight(program, random);
    const parameters = backend.buffers.parameters as Float64Array;
    const weight = parameters[at] as number;
    parameters[at] = weight + epsilon;
    const above = await lossNow();
    parameters[at] = weight - epsilon;
    const below = await lossNow();
    parameters[at] = weight;
    const difference = (above - below) / (2 * epsilon);
    const gradient = gradients[at] as number;
    const deviation = Math.abs(gradient - difference) / (Math.abs(difference) + 1e-2);
    worst = worse(worst, {
      deviation,
      where: `weight ${at}: gradient ${gradient}, difference ${difference}`,
    });
  }
  return checkResult(`gradient (${name})`, worst, tolerance);
}

function byPlainDescent(job: Job): Job {
  const optimizer = sgd({ learningRate: 1 });
  return { ...job, trials: job.trials.map((trial) => ({ ...trial, optimizer })) };
}

/** By how much one step lowers each weight of the first trial, whose weights stay as they are. */
async function descentOf(program: Program, backend: CpuBackend, step: Step): Promise<Floats> {
  const { size } = program.layout;
  const before = await backend.read('parameters', 0, size);
  await backend.submit([{ calls: program.trainStep, step }], [0]);
  const after = await backend.read('parameters', 0, size);
  backend.buffers.parameters?.set(before);
  return before.map((weight, i) => weight - (after[i] as number));
}

function firstBatch(job: Job): Step {
  const rows = Math.min(job.batchSize, job.training.rows);
  const { rows: sourceRows } = job.training;
  return {
    firstRow: 0,
    rows,
    sourceRows,
    shuffled: false,
    iteration: 0,
    epoch: 0,
    rateRow: 0,
    metricsRow: 0,
  };
}

/** The place of some trained weight among a trial's parameters. */
function randomWeight({ layout }: Program, random: RandomValues): number {
  const tensor = layout.tensors[random.whole(layout.tensors.length)] as Program['layout']['tensors'][number];
  return tensor.offset + random.whole(tensor.rows) * tensor.stride + random.whole(tensor.columns);
}
