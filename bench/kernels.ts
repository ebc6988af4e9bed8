import { Bench } from 'tinybench';
import { DeviceError } from '../src/core/errors.ts';
import type { Step } from '../src/engine/cpu/kernel.ts';
import type { Backend, OpenBackend, Pass } from '../src/engine/layered/backend.ts';
import type { Program } from '../src/engine/layered/program.ts';
import { type Case, cases } from './kernel-cases.ts';
import { totalWork, type Work } from './kernel-work.ts';
import { progress, short, table } from './report.ts';

/** The speed of one kernel at one size. */
export interface KernelResult {
  readonly kernel: string;
  readonly size: string;
  readonly batchSize: number;
  readonly trials: number;
  readonly microsecondsPerCall: number;
  /** GFLOP/s or GB/s, as `unit` says. */
  readonly rate: number;
  readonly unit: Work['unit'];
  /** FLOP or bytes of one call. */
  readonly amount: number;
}

/** Submits between two reads, and how long each of them should take. */
const shortSubmits = 4;
const submitMs = 20;

/** Times every kernel over several sizes: many calls a submit, many submits between two reads, the best of several. */
export async function benchKernels(open: OpenBackend, quick: boolean): Promise<KernelResult[]> {
  const results: KernelResult[] = [];
  for (const item of cases()) {
    progress(`${item.call.kernel} ${item.size}, batch ${item.batchSize}, ${item.trials} trials`);
    const seconds = await secondsPerCall(open, item, quick);
    const { amount, unit } = totalWork(item.call, item.program.dimensions);
    const { size, batchSize, trials } = item;
    const rate = amount / seconds / 1e9;
    const microsecondsPerCall = 1e6 * seconds;
    results.push({
      kernel: item.call.kernel,
      size,
      batchSize,
      trials,
      microsecondsPerCall,
      rate,
      unit,
      amount,
    });
  }
  return results;
}

async function secondsPerCall(open: OpenBackend, { program, call }: Case, quick: boolean): Promise<number> {
  const alone: Program = { ...program, trainStep: [call], evaluateStep: [] };
  const backend = await open(alone);
  try {
    // Zeros would make optimisers divide 0 by 0; all other buffers may well hold zeros.
    backend.write('hyper', 0, new Float32Array(program.buffers.hyper ?? 0).fill(0.5));
    const run = runner(backend, alone);
    const calls = await callsPerSubmit(run, program.dimensions.rateRows);
    // One submit of a long call is enough: the time of the read does not show.
    const submits = calls === 1 ? 1 : shortSubmits;
    return (await bestMilliseconds(() => run(calls, submits), quick)) / 1000 / calls / submits;
  } finally {
    backend.close();
  }
}

/** Submits the program's call `calls` times, `count` times over, and reads a value to know that all is done. */
function runner(backend: Backend, { dimensions, trainStep }: Program) {
  const trials = Array.from({ length: dimensions.trials }, (_, trial) => trial);
  const pass: Pass = { calls: trainStep, step: fullBatch(dimensions.rows, dimensions.trainingRows) };
  return async (calls: number, count: number) => {
    const passes = new Array<Pass>(calls).fill(pass);
    await Promise.all(Array.from({ length: count }, () => backend.submit(passes, trials)));
    await backend.read('metrics', 0, 4);
  };
}

/** Doubles the calls until one submit takes long enough; the program has room for `most` of them. */
async function callsPerSubmit(run: (calls: number, count: number) => Promise<void>, most: number) {
  for (let calls = 1; ; calls *= 2) {
    const started = performance.now();
    await run(calls, 1);
    if (performance.now() - started > submitMs || 2 * calls > most) return calls;
  }
}

async function bestMilliseconds(run: () => Promise<void>, quick: boolean): Promise<number> {
  const bench = new Bench({ time: quick ? 200 : 1000, iterations: 3, warmupTime: 50, warmupIterations: 1 });
  bench.add('kernel', run);
  const [task] = await bench.run();
  const result = task?.result;
  if (result?.state !== 'completed') throw new DeviceError('a kernel could not be timed', { cause: result });
  return result.latency.min;
}

function fullBatch(rows: number, sourceRows: number): Step {
  const start = { firstRow: 0, iteration: 0, epoch: 0, rateRow: 0, metricsRow: 0 };
  return { ...start, rows, sourceRows, shuffled: true };
}

/** The results as a table; `peak` in GFLOP/s is 0 where none was measured. */
export function kernelTable(results: readonly KernelResult[], peak: number): string {
  const head = [
    'kernel',
    'size',
    'batch',
    'trials',
    'us/call',
    'rate',
    'unit',
    '% of peak',
    'work of a call',
  ];
  const rows = results.map((result) => [
    result.kernel,
    result.size,
    `${result.batchSize}`,
    `${result.trials}`,
    short(result.microsecondsPerCall),
    short(result.rate),
    result.unit,
    result.unit === 'GFLOP/s' && peak > 0 ? short((100 * result.rate) / peak) : '-',
    result.unit === 'GB/s' ? `${short(result.amount / 1e6)} MB` : `${short(result.amount / 1e6)} MFLOP`,
  ]);
  return table(head, rows, 2);
}
