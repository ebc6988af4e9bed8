import { CpuBackend } from '../engine/cpu/engine.ts';
import type { Step } from '../engine/cpu/kernel.ts';
import type { Job } from '../engine/engine.ts';
import type { Backend, OpenBackend } from '../engine/layered/backend.ts';
import { type Call, type Program, predictionProgram, trainingProgram } from '../engine/layered/program.ts';
import { uploadJob } from '../engine/layered/session.ts';
import { double } from '../engine/precision.ts';
import type { KernelName } from '../engine/webgpu/shaders.generated.ts';
import {
  type CheckResult,
  checkResult,
  compareArrays,
  compareUntouched,
  exhausted,
  nothing,
  type Worst,
  worse,
} from './check-result.ts';
import { randomBuffers, type Snapshot } from './random-buffers.ts';
import { RandomValues } from './random-values.ts';

const ulp = 2 ** -23;

/**
 * How far single precision may be from double, by WGSL's accuracy table: sums and products are correctly rounded,
 * division is good to 2.5 units in the last place (ULP), exp to 3 + 2|x|, log to 2^-21 or 3 ULP, and sqrt inherits
 * 1 / inverseSqrt (2 ULP). A sum of n terms collects up to n / 2 ULP of the size of its terms.
 */
const tolerances: {
  readonly [K in KernelName]: (constants: Readonly<Record<string, number>>, rows: number) => number;
} = {
  gather: () => 0, // copies
  // A sum over the inputs, then an activation: exp(-x) of x >= 0, good to (3 + 2x) exp(-x) <= 3 ULP of one, a
  // division, and a few products.
  matmul_forward: ({ INPUTS = 0 }) => (INPUTS / 2 + 40) * ulp,
  matmul_backward_input: ({ UNITS = 0 }) => (UNITS / 2 + 4) * ulp,
  matmul_backward_weight: (_, rows) => (rows / 2 + 4) * ulp,
  // exp(-x) of x >= 0 as above, log, a division, and sums over outputs and rows.
  loss: ({ UNITS = 0 }, rows) => (UNITS + rows / 2 + 45) * ulp,
  penalty: ({ PARAMETERS = 0 }) => (PARAMETERS / 64 + 10) * ulp, // lanes add at most a 64th of a tensor each
  gradient_norm: ({ PARAMETERS = 0 }) => (PARAMETERS / 64 + 10) * ulp,
  // A lane adds a 64th of all parameters, of which each is clipped as the optimisers do it.
  gradient_noise: ({ PARAMETERS = 0 }) => (PARAMETERS / 64 + 30) * ulp,
  // A few products, a square root, a division; clipping by the common norm adds a sum over the tensors.
  adam_l2: () => 24 * ulp,
  sgd_l2: () => 24 * ulp,
  rmsprop_l2: () => 48 * ulp, // centred: the variance is a difference of two close numbers
  softmax: ({ UNITS = 0 }) => (UNITS / 2 + 40) * ulp,
};

/** Values of about one, and of up to 120: exponentials and powers that are not written with care overflow. */
const widths = [1, 60];

/**
 * Executes each call of a job's program by itself, on the backend under test and in double precision, from the same
 * random buffers, and compares every buffer: also what the call must not touch.
 *
 * @param isWanted which checks to make, by name; only their kernels are compiled
 */
export async function checkKernels(
  name: string,
  job: Job,
  open: OpenBackend,
  seed: number,
  isWanted: (check: string) => boolean = () => true,
): Promise<CheckResult[]> {
  const nameOf = ({ kernel }: Call) => `kernel ${kernel} (${name})`;
  const program = programOf(job, (call) => isWanted(nameOf(call)));
  const oracle = new CpuBackend(program, double);
  const tested = await open(program);
  try {
    uploadJob(program, oracle, job);
    const results: CheckResult[] = [];
    for (const width of widths) {
      const random = new RandomValues(seed, `${name} ${width}`);
      const snapshot = await randomBuffers(program, job, oracle, random, width);
      for (const call of new Set([...program.trainStep, ...program.evaluateStep])) {
        const step = stepOf(job, call, program);
        const worst = await compareCall(program, call, step, snapshot, tested, oracle);
        results.push(checkResult(nameOf(call), worst, toleranceOf(call, step, width)));
      }
    }
    return worstOfEach(results);
  } finally {
    tested.close();
    oracle.close();
  }
}

/** The calls of a training and, where it predicts probabilities of classes, the one that makes them. */
function programOf(job: Job, isWanted: (call: Call) => boolean): Program {
  const program = trainingProgram(job);
  const { network } = job.trials[0] as Job['trials'][number];
  const prediction = predictionProgram(network, program.dimensions.rows).evaluateStep;
  const softmax = prediction.filter(({ kernel }) => kernel === 'softmax');
  return {
    ...program,
    trainStep: program.trainStep.filter(isWanted),
    evaluateStep: [...program.evaluateStep, ...softmax].filter(isWanted),
  };
}

function toleranceOf({ kernel, constants }: Call, { rows }: Step, width: number): number {
  // An activation that saturates gives numbers of about one, with the absolute error of its wide pre-activation.
  return tolerances[kernel](constants, rows) * (kernel === 'matmul_forward' ? width : 1);
}

/**
 * Slopes such as 1 - tanh^2 and gradients such as weight / rows * (probability - target) are differences of ones:
 * where they vanish, their error does not.
 */
function leastSize({ kernel }: Call, { rows }: Step): number {
  if (kernel === 'matmul_forward') return 1;
  return kernel === 'loss' ? 1 / rows : 0;
}

/** A kernel that is called several times counts with its worst call. */
function worstOfEach(results: readonly CheckResult[]): CheckResult[] {
  const worst = new Map<string, CheckResult>();
  for (const result of results) {
    const before = worst.get(result.name);
    if (!before || exhausted(result) > exhausted(before)) worst.set(result.name, result);
  }
  return [...worst.values()];
}

/** The last, partial batch of the second epoch. */
function stepOf(job: Job, call: Call, { evaluateStep, dimensions }: Program): Step {
  const isEvaluation = evaluateStep.includes(call) && call.kernel !== 'penalty';
  const rows = isEvaluation ? (job.validation?.rows ?? 0) : job.training.rows;
  const batch = isEvaluation ? dimensions.rows : job.batchSize;
  const firstRow = Math.floor((rows - 1) / batch) * batch;
  return {
    firstRow,
    rows: rows - firstRow,
    sourceRows: rows,
    shuffled: !isEvaluation,
    iteration: 7,
    epoch: 1,
    rateRow: Math.min(1, dimensions.rateRows - 1),
    metricsRow: 1,
  };
}

/** Executes a call for all trials but every third, and compares what it reads and writes. */
async function compareCall(
  { buffers, dimensions }: Program,
  call: Call,
  step: Step,
  snapshot: Snapshot,
  tested: Backend,
  oracle: Backend,
): Promise<Worst> {
  const trials = Array.from({ length: dimensions.trials }, (_, t) => t).filter((t) => t % 3 !== 2);
  for (const backend of [tested, oracle]) {
    for (const [name, values] of snapshot) backend.write(name, 0, values);
    await backend.submit([{ calls: [call], step }], trials);
  }
  let worst = nothing;
  for (const name of new Set<string>(Object.values(call.buffers))) {
    const length = buffers[name] as number;
    const [got, want] = [await tested.read(name, 0, length), await oracle.read(name, 0, length)];
    const before = snapshot.get(name) ?? [];
    worst = worse(worst, compareArrays(name, got, want, before, leastSize(call, step)));
    worst = worse(worst, compareUntouched(name, got, want, before));
  }
  return worst;
}
