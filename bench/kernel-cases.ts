import { DeviceError } from '../src/core/errors.ts';
import type { Job } from '../src/engine/engine.ts';
import {
  type Call,
  type Program,
  predictionProgram,
  trainingProgram,
} from '../src/engine/layered/program.ts';
import type { KernelName } from '../src/engine/webgpu/shaders.generated.ts';
import { mlp } from '../src/model/network.ts';
import { type Optimizer, optimizer } from '../src/model/optimizers.ts';
import { jobOf, type Workload, widths, workloads } from './workloads.ts';

/** One kernel at one size: the call to time, and the program whose buffers it works on. */
export interface Case {
  readonly call: Call;
  readonly program: Program;
  readonly size: string;
  readonly batchSize: number;
  readonly trials: number;
}

/** Layers (inputs x units) for the three products. */
const layers = [
  { inputs: 10, units: 16, batchSize: 32, trials: 256 },
  { inputs: 64, units: 64, batchSize: 32, trials: 64 },
  { inputs: 784, units: 512, batchSize: 32, trials: 1 },
  { inputs: 784, units: 512, batchSize: 256, trials: 1 },
  { inputs: 512, units: 512, batchSize: 256, trials: 8 },
];

/** Every kernel at every size that suits it. */
export function cases(): Case[] {
  const products = (kernel: KernelName) => layers.map((layer) => productCase(kernel, layer));
  const [small, , large] = workloads as [Workload, Workload, Workload];
  const networks = [
    { workload: { ...small, outputs: 10 }, trials: 256 },
    { workload: large, trials: 1 },
  ];
  return [
    ...(['matmul_forward', 'matmul_backward_input', 'matmul_backward_weight'] as const).flatMap(products),
    ...networks.flatMap(({ workload, trials }) => elementwiseCases(workload, trials)),
  ];
}

/** The layer is the last of its network, so that it stands last on the way forward and first on the way back. */
function productCase(kernel: KernelName, layer: (typeof layers)[number]): Case {
  const { inputs, units, batchSize, trials } = layer;
  const workload = { inputs, hidden: [inputs], outputs: units, batchSize, stepsPerEpoch: 1 };
  const program = trainingProgram(jobOf(workload, trials));
  const calls = program.trainStep.filter((call) => call.kernel === kernel);
  const call = found(kernel, kernel === 'matmul_forward' ? calls.at(-1) : calls[0]);
  return { call, program, size: `${inputs} x ${units}`, batchSize, trials };
}

function elementwiseCases(workload: Workload, trials: number): Case[] {
  const job = jobOf(workload, trials);
  const { network } = job.trials[0] as Job['trials'][number];
  const size = widths(workload);
  const pick = (kernel: KernelName, program: Program, count = trials): Case => {
    const calls = [...program.trainStep, ...program.evaluateStep];
    const call = found(
      kernel,
      calls.find((one) => one.kernel === kernel),
    );
    return { call, program, size, batchSize: program.dimensions.rows, trials: count };
  };
  const adam = trainingProgram(withEverything(job, workload, optimizer('adam')));
  return [
    ...(['gather', 'loss', 'penalty', 'gradient_norm', 'adam_l2'] as const).map((name) => pick(name, adam)),
    pick('sgd_l2', trainingProgram(withEverything(job, workload, sgd))),
    pick('rmsprop_l2', trainingProgram(withEverything(job, workload, rmsprop))),
    pick('softmax', predictionProgram(network, 4096), 1),
  ];
}

const shared = { learningRate: 1e-3, weightDecay: 0, clip: { kind: 'none' } } as const;
const sgd: Optimizer = { name: 'sgd', momentum: 0.9, nesterov: false, ...shared };
const rmsprop: Optimizer = {
  name: 'rmsprop',
  rho: 0.9,
  momentum: 0,
  epsilon: 1e-7,
  centered: false,
  ...shared,
};

/** With an L2 penalty and clipping, so that their kernels are called. */
function withEverything(job: Job, { inputs, hidden, outputs }: Workload, choice: Optimizer): Job {
  const network = mlp({
    inputs,
    hidden: [...hidden],
    outputs,
    outputActivation: 'softmax',
    kernelRegularizer: { l1: 0, l2: 1e-4 },
  });
  const clipped: Optimizer = { ...choice, clip: { kind: 'global_norm', limit: 1 } };
  return { ...job, trials: job.trials.map((trial) => ({ ...trial, network, optimizer: clipped })) };
}

function found(kernel: KernelName, call: Call | undefined): Call {
  if (!call) throw new DeviceError(`the program for ${kernel} does not call it; mend bench/kernel-cases.ts`);
  return call;
}
