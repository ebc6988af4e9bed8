import { CpuBackend } from '../engine/cpu/engine.ts';
import type { Step } from '../engine/cpu/kernel.ts';
import type { Job } from '../engine/engine.ts';
import type { Backend, OpenBackend } from '../engine/layered/backend.ts';
import { type Call, type Program, trainingProgram } from '../engine/layered/program.ts';
import { uploadJob } from '../engine/layered/session.ts';
import { double } from '../engine/precision.ts';
import type { KernelName } from '../engine/webgpu/shaders.generated.ts';
import { type CheckResult, checkResult, compareArrays, nothing, type Worst, worse } from './check-result.ts';
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
  // A sum over the inputs, then an activation: exp of up to 16 in magnitude and a division.
  matmul_forward: ({ INPUTS = 0 }) => (INPUTS / 2 + 40) * ulp,
  matmul_backward_input: ({ UNITS = 0 }) => (UNITS / 2 + 4) * ulp,
  matmul_backward_weight: (_, rows) => (rows / 2 + 4) * ulp,
  // exp of logits up to 16, log, and sums over outputs and rows.
  loss: ({ UNITS = 0 }, rows) => (UNITS + rows / 2 + 45) * ulp,
  penalty: ({ PARAMETERS = 0 }) => (PARAMETERS / 64 + 10) * ulp, // lanes add at most a 64th of a tensor each
  gradient_norm: ({ PARAMETERS = 0 }) => (PARAMETERS / 64 + 10) * ulp,
  // A few products, a square root, a division; clipping by the common norm adds a sum over the tensors.
  adam_l2: () => 24 * ulp,
  sgd_l2: () => 24 * ulp,
  rmsprop_l2: () => 48 * ulp, // centred: the variance is a difference of two close numbers
  softmax: ({ UNITS = 0 }) => (UNITS / 2 + 40) * ulp,
};

/** The state of all buffers before a call: the job's own rows and settings, everything else random. */
type Snapshot = ReadonlyMap<string, Float32Array<ArrayBuffer>>;

/**
 * Executes each call of a job's program by itself, on the backend under test and in double precision, from the same
 * random buffers, and compares every buffer: also what the call must not touch.
 */
export async function checkKernels(
  name: string,
  job: Job,
  open: OpenBackend,
  seed: number,
): Promise<CheckResult[]> {
  const program = trainingProgram(job);
  const oracle = new CpuBackend(program, double);
  const tested = await open(program);
  try {
    uploadJob(program, oracle, job);
    const snapshot = await randomBuffers(program, oracle, new RandomValues(seed, name));
    const results: CheckResult[] = [];
    for (const call of [...program.trainStep, ...program.evaluateStep]) {
      const worst = await compareCall(program, call, job, snapshot, tested, oracle);
      const tolerance = tolerances[call.kernel](call.constants, stepOf(job, call, program).rows);
      results.push(checkResult(`kernel ${call.kernel} (${name})`, worst, tolerance));
    }
    return worstOfEach(results);
  } finally {
    tested.close();
    oracle.close();
  }
}

/** A kernel that is called several times counts with its worst call. */
function worstOfEach(results: readonly CheckResult[]): CheckResult[] {
  const share = ({ deviation, tolerance }: CheckResult) =>
    tolerance === 0 ? deviation : deviation / tolerance;
  const worst = new Map<string, CheckResult>();
  for (const result of results) {
    const before = worst.get(result.name);
    if (!before || share(result) > share(before)) worst.set(result.name, result);
  }
  return [...worst.values()];
}

const given = /^(hyper|parameters|training_|validation_)/;
const notNegative = /^(state|norms|penalties|metrics)$/;

async function randomBuffers(program: Program, oracle: Backend, random: RandomValues): Promise<Snapshot> {
  const snapshot = new Map<string, Float32Array<ArrayBuffer>>();
  for (const [name, length] of Object.entries(program.buffers)) {
    if (given.test(name)) snapshot.set(name, Float32Array.from(await oracle.read(name, 0, length)));
    else if (name === 'batch_labels') continue;
    else if (name === 'rates')
      snapshot.set(
        name,
        random.fill(length, () => random.uniform(1e-4, 1e-2)),
      );
    // The mean gradient of a centred RMSprop is smaller than the root of the mean square, as in any real run.
    else if (name === 'state')
      snapshot.set(
        name,
        random.fill(length, () => random.uniform(0.1, 0.2)),
      );
    else
      snapshot.set(
        name,
        random.fill(length, () => (notNegative.test(name) ? Math.abs(random.signed()) : random.signed())),
      );
  }
  return withoutPadding(program, snapshot);
}

/** Padding is always zero, which the kernels may rely on. */
function withoutPadding(program: Program, snapshot: Map<string, Float32Array<ArrayBuffer>>): Snapshot {
  const { layers } = program.layout;
  const clear = (name: string, columns: number, stride: number) => {
    snapshot.get(name)?.forEach((_, i, values) => {
      if (i % stride >= columns) values[i] = 0;
    });
  };
  layers.forEach((layer, l) => {
    clear(`outputs_${l}`, layer.inputs, layer.inputStride);
    clear(`outputs_${l + 1}`, layer.units, layer.unitStride);
    clear(`deltas_${l + 1}`, layer.units, layer.unitStride);
  });
  return snapshot;
}

/** The last, partial batch of the second epoch, for all trials but every third. */
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

async function compareCall(
  program: Program,
  call: Call,
  job: Job,
  snapshot: Snapshot,
  tested: Backend,
  oracle: Backend,
): Promise<Worst> {
  const step = stepOf(job, call, program);
  const trials = job.trials.map((_, t) => t).filter((t) => t % 3 !== 2);
  const labels = job.trials.length * program.dimensions.rows * (program.dimensions.targets + 1);
  const batchLabels = Float32Array.from(
    { length: labels },
    (_, i) => job.training.y[i % job.training.y.length] as number,
  );
  for (const backend of [tested, oracle]) {
    for (const [name, values] of snapshot) backend.write(name, 0, values);
    backend.write('batch_labels', 0, labelled(batchLabels, program.dimensions.targets));
    await backend.submit([{ calls: [call], step }], trials);
  }
  let worst = nothing;
  for (const name of new Set(Object.values(call.buffers) as string[])) {
    const length = program.buffers[name] as number;
    const [got, want] = [await tested.read(name, 0, length), await oracle.read(name, 0, length)];
    worst = worse(worst, compareArrays(name, got, want));
  }
  return worst;
}

/** Rows of targets and, last, a sample weight of one. */
function labelled(values: Float32Array<ArrayBuffer>, targets: number): Float32Array<ArrayBuffer> {
  return values.map((value, i) => (i % (targets + 1) === targets ? 1 : value));
}
