import { CpuBackend } from '../engine/cpu/engine.ts';
import type { Step } from '../engine/cpu/kernel.ts';
import type { Job } from '../engine/engine.ts';
import { type Program, trainingProgram } from '../engine/layered/program.ts';
import { uploadJob } from '../engine/layered/session.ts';
import { double } from '../engine/precision.ts';
import { type CheckResult, checkResult, nothing, worse } from './check-result.ts';
import { RandomValues } from './random-values.ts';

/** Step of the central differences; in double precision their error is about its square. */
const epsilon = 1e-6;
/** Rounding of the loss divided by the step, about 1e-16 / 1e-6, with a margin for kinks that a difference straddles. */
const tolerance = 1e-5;
const weightsChecked = 40;

/**
 * Compares the gradient that backward passes give in double precision with central differences of the loss, for a
 * sample of the weights. Penalties have their own gradient inside of the optimisers, so that they are left out here.
 */
export async function checkGradient(name: string, job: Job, seed: number): Promise<CheckResult> {
  const program = trainingProgram(job);
  const backend = new CpuBackend(program, double);
  uploadJob(program, backend, job);
  const update = program.trainStep.findIndex(({ kernel }) => kernel.endsWith('_l2'));
  const calls = program.trainStep.slice(0, update).filter(({ kernel }) => kernel !== 'penalty');
  const step = firstBatch(job);
  const lossNow = async () => {
    backend.write('metrics', 0, new Float32Array(program.buffers.metrics as number));
    await backend.submit([{ calls, step }], [0]);
    return ((await backend.read('metrics', 0, 1))[0] as number) / step.rows;
  };
  await lossNow();
  const gradients = await backend.read('gradients', 0, program.layout.size);
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
