import { Command, InvalidArgumentError } from 'commander';
import type { GpuContext } from '../engine/webgpu/device.ts';
import { webgpuEngine } from '../engine/webgpu/engine.ts';
import type { MappingChoice } from '../engine/webgpu/planner.ts';
import type { WholeJob, WholeTrial } from '../engine/whole.ts';
import { mappings, type WholePlan, type WholeRunner } from '../engine/whole-runner.ts';
import { initialWeights } from '../model/initializers.ts';
import { loss } from '../model/losses.ts';
import { mlp } from '../model/network.ts';
import { adam } from '../model/optimizers.ts';
import { openEngine } from '../node.ts';
import { FileMeasurements } from '../node-measurements.ts';
import { cpuPoolEngine } from '../train/cpu-pool.ts';
import { openAdapterOrCpu } from './any-engine.ts';
import { colors } from './colors.ts';
import { printJson } from './json.ts';
import { jsonOption, mappingOption, wholeNumber } from './options.ts';
import { note, table } from './terminal.ts';

interface PlanCommandOptions {
  readonly network: readonly number[];
  readonly rows: number;
  readonly validationRows: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly trials: number;
  readonly mapping: MappingChoice;
  readonly measure: boolean;
  readonly json?: boolean;
}

/** What is known of one way to train the job. */
interface Way {
  readonly mapping: WholePlan['mapping'];
  readonly chosen: boolean;
  readonly reason: string;
  readonly trialsAtOnce: number;
  readonly bytes: number;
  /** Measured; missing where it was not, or cannot be. */
  readonly gflops?: number;
  readonly compileSeconds?: number;
  readonly expectedSeconds?: number;
}

export function planCommand(): Command {
  return new Command('plan')
    .description(
      'Says how many trainings of one shape would run here: kernel, memory, expected time, and why.',
    )
    .option('--network <widths>', 'inputs, units of the hidden layers, outputs', networkWidths, [10, 16, 1])
    .option('--rows <number>', 'training rows', wholeNumber(1), 800)
    .option('--validation-rows <number>', 'rows that judge every epoch', wholeNumber(0), 200)
    .option('--batch-size <rows>', 'rows of a mini-batch', wholeNumber(1), 32)
    .option('--epochs <number>', 'passes over the rows', wholeNumber(1), 100)
    .option('--trials <number>', 'trainings', wholeNumber(1), 1024)
    .addOption(mappingOption('auto'))
    .option('--no-measure', 'do not train for a moment to learn the speed')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  $ shoal plan                                     the seed experiment's network
  $ shoal plan --network 30-128-64-1 --trials 4096
  $ shoal plan --mapping subgroup --json

Measurements are kept for this adapter and driver, in the user's cache folder (SHOAL_CACHE sets another).`,
    )
    .action(plan);
}

/** `10-16-1` or `10,16,1`. */
function networkWidths(text: string): number[] {
  const widths = text.split(/[-,]/).map(Number);
  if (widths.length >= 2 && widths.every((width) => Number.isInteger(width) && width > 0)) return widths;
  throw new InvalidArgumentError('It must be whole numbers such as 10-16-1: inputs, hidden layers, outputs.');
}

async function plan(options: PlanCommandOptions): Promise<void> {
  const { engine, reason } = await openEngine('auto', { mapping: options.mapping });
  const beside = await openAdapterOrCpu();
  const pool = cpuPoolEngine();
  try {
    const job = jobOf(options);
    if (!options.json) note(`engine: ${engine.description} (${reason})`);
    const ways = [
      await wayOf(job, options, pool.whole as WholeRunner, engine.kind === 'cpu'),
      ...(beside.gpu ? await waysOn(beside.gpu, job, options, engine.kind === 'webgpu') : []),
    ];
    if (options.json) printJson('plan', { engine: engine.description, ...options, ways });
    else process.stdout.write(`${describe(ways, options)}\n`);
  } finally {
    for (const opened of [engine, beside.engine, pool]) opened.close();
  }
}

/** Trials as the options say, on rows that hold random numbers: the speed does not depend on their values. */
function jobOf({
  network: widths,
  rows,
  validationRows,
  batchSize,
  epochs,
  trials,
}: PlanCommandOptions): WholeJob {
  const [inputs = 1, ...rest] = widths;
  const outputs = rest.at(-1) as number;
  const network = mlp({
    inputs,
    hidden: rest.slice(0, -1),
    outputs,
    outputActivation: outputs === 1 ? 'sigmoid' : 'softmax',
  });
  const all = rows + validationRows;
  const trial: WholeTrial = {
    network,
    loss: loss(outputs === 1 ? 'binary_crossentropy' : 'categorical_crossentropy'),
    optimizer: adam(),
    seed: 1,
    weights: initialWeights(network, 1),
    batchSize,
    epochs,
    shuffle: true,
    window: { first: 0, end: all, firstValidation: rows, endValidation: all },
    rules: { stopOnNaN: false },
  };
  const table = {
    rows: all,
    x: Float32Array.from({ length: all * inputs }, (_, i) => Math.sin(i)),
    y: Float32Array.from({ length: all }, (_, i) => i % Math.max(2, outputs)),
  };
  return { trials: Array.from({ length: trials }, (_, seed) => ({ ...trial, seed })), table };
}

/** @param isTaken whether trainings would run on this adapter */
async function waysOn(
  gpu: GpuContext,
  job: WholeJob,
  options: PlanCommandOptions,
  isTaken: boolean,
): Promise<Way[]> {
  const measurements = new FileMeasurements();
  const runnerOf = (mapping: MappingChoice) =>
    webgpuEngine(gpu, { mapping, measurements }).whole as WholeRunner;
  const chosen = await runnerOf(options.mapping).plan(job);
  const ways: Way[] = [];
  for (const mapping of mappings) {
    const runner = runnerOf(mapping);
    const isChosen = mapping === chosen.mapping;
    const fits = isChosen || runner.candidates(job).includes(mapping);
    if (!fits) continue;
    ways.push(await wayOf(job, options, runner, isTaken && isChosen, isChosen ? chosen : undefined));
  }
  return ways;
}

async function wayOf(
  job: WholeJob,
  { measure, epochs }: PlanCommandOptions,
  runner: WholeRunner,
  chosen: boolean,
  plan?: WholePlan,
): Promise<Way> {
  const { mapping, reason, slots, bytes, flop } = plan ?? (await runner.plan(job));
  const way = { mapping, chosen, reason, trialsAtOnce: slots, bytes };
  const rate = measure ? await runner.rate(job) : undefined;
  if (!rate) return way;
  return {
    ...way,
    gflops: rate.flopPerMs / 1e6,
    compileSeconds: rate.compileMs / 1000,
    expectedSeconds: (rate.compileMs + (flop * epochs) / rate.flopPerMs) / 1000,
  };
}

function describe(ways: readonly Way[], { network, trials, epochs }: PlanCommandOptions): string {
  const short = (value: number | undefined) => (value === undefined ? '' : value.toPrecision(3));
  const rows = ways.map((way) => [
    way.chosen ? colors.green('takes') : '',
    way.mapping,
    String(way.trialsAtOnce),
    way.bytes > 0 ? `${short(way.bytes / 1e6)} MB` : '',
    short(way.gflops),
    short(way.compileSeconds),
    short(way.expectedSeconds),
  ]);
  const chosen = ways.find((way) => way.chosen);
  return [
    `${trials} trainings of ${network.join('-')}, ${epochs} epochs each`,
    table(['', 'mapping', 'at once', 'memory', 'GFLOP/s', 'compile, s', 'expected, s'], rows),
    `${chosen?.mapping}: ${chosen?.reason}`,
  ].join('\n');
}
