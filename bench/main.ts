import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../src/core/check.ts';
import { ShoalError } from '../src/core/errors.ts';
import { openWasmBackend } from '../src/engine/wasm/backend.ts';
import { wasmEngine } from '../src/engine/wasm/engine.ts';
import { GpuBackend } from '../src/engine/webgpu/backend.ts';
import { webgpuEngine } from '../src/engine/webgpu/engine.ts';
import { Pipelines } from '../src/engine/webgpu/pipelines.ts';
import type { MappingChoice } from '../src/engine/webgpu/planner.ts';
import { mappings, type WholeRunner } from '../src/engine/whole-runner.ts';
import { openDawn, openEngine } from '../src/node.ts';
import { type BatchSizeOptions, benchBatchSize, lengths, scalings } from './batch-size.ts';
import { batchSizePlot } from './batch-size-plot.ts';
import { batchSizeTables } from './batch-size-tables.ts';
import { fitAllSeed } from './fit-all-seed.ts';
import { benchKernels, type KernelResult, kernelTable } from './kernels.ts';
import { benchLayered } from './layered.ts';
import { contestTable, speedTable } from './layered-tables.ts';
import { listOf } from './list-of.ts';
import { seedNetwork } from './peers/job.ts';
import { type SystemName, systemNames } from './peers/systems.ts';
import { benchPeers } from './peers.ts';
import { peersTable } from './peers-table.ts';
import { benchPolicies, dataSetNames } from './policies.ts';
import { policyTables } from './policies-table.ts';
import { adapterLine, type EngineOptions, type Options, progress, report } from './report.ts';
import { benchSamplers, functionNames, type SamplerName, samplerNames } from './samplers.ts';
import { samplersTable } from './samplers-table.ts';
import { benchSeed, seedTable } from './seed.ts';
import { benchStudy, studyTable } from './study.ts';
import { benchStudyStore, studyStoreTable } from './study-store.ts';
import { betweenPeaks, withDawn } from './surroundings.ts';
import { tuningCommand } from './tuning/command.ts';
import { wholeWorkloads, widthsOf } from './whole-job.ts';

async function layered(options: EngineOptions & { readonly peers: boolean }): Promise<void> {
  const { result, adapter, peak, lines } = await betweenPeaks(options, () =>
    benchLayered({
      ...options,
      openEngine: async () => (await openEngine(options.engine)).engine,
      openCpu: wasmEngine,
    }),
  );
  const text = [
    ...lines,
    'GFLOP = 2 * batch * sum of inputs * units * (2 for the first layer, else 3), a step and trial',
    speedTable(result, peak.best),
    ...(options.peers ? ['one trial, the systems in turns:', contestTable(result)] : []),
    ...result.notes.map((note) => `note: ${note}`),
  ];
  report(options, { bench: 'layered', adapter, peak, ...result }, text);
}

async function kernels(options: EngineOptions): Promise<void> {
  const { result, adapter, peak, lines } = await betweenPeaks(options, () => runKernels(options));
  const text = [...lines, kernelTable(result, peak.best)];
  report(options, { bench: 'kernels', adapter, peak, kernels: result }, text);
}

function runKernels({ engine, quick }: EngineOptions): Promise<KernelResult[]> {
  if (engine === 'cpu') return benchKernels(openWasmBackend, quick);
  return withDawn((gpu) => {
    const pipelines = new Pipelines(gpu);
    return benchKernels((program) => GpuBackend.open(gpu, pipelines, program), quick);
  });
}

async function peers(
  options: Options & {
    readonly engine: 'both' | EngineOptions['engine'];
    readonly only: readonly SystemName[];
    readonly network: readonly string[];
  },
): Promise<void> {
  const engine = options.engine === 'both' ? 'webgpu' : options.engine;
  const { result, adapter, peak, lines } = await betweenPeaks({ ...options, engine }, () =>
    benchPeers({
      ...options,
      shoal: engineNames(options.engine).map((name) => ({
        name: `Shoal, ${name}`,
        measure: fitAllSeed(async () => (await openEngine(name)).engine),
      })),
      shoalTrials: { [seedNetwork]: 2048, '10-64-32-1': 256, '30-128-64-1': 64, '64-256-128-10': 8 },
      shoalVersion,
    }),
  );
  const text = [
    ...lines,
    'whole trainings: 800 rows, batch 32, 100 epochs, shuffled, validation of 200 rows every epoch',
    peersTable(result.speeds),
    ...result.notes.map((note) => `note: ${note}`),
  ];
  report(options, { bench: 'peers', adapter, peak, ...result }, text);
}

function engineNames(chosen: 'both' | EngineOptions['engine']): EngineOptions['engine'][] {
  return chosen === 'both' ? ['webgpu', 'cpu'] : [chosen];
}

async function seed(
  options: EngineOptions & {
    readonly trials: readonly number[];
    readonly network: readonly string[];
    readonly mapping: MappingChoice;
  },
): Promise<void> {
  const openWhole = async () => {
    if (options.engine === 'cpu') return (await openEngine('cpu')).engine;
    const gpu = await openDawn();
    return webgpuEngine(gpu, { mapping: options.mapping });
  };
  const { result, adapter, peak, lines } = await betweenPeaks(options, () =>
    benchSeed({ ...options, networks: options.network, openEngine: openWhole }),
  );
  const text = [
    ...lines,
    'complete trainings: 800 rows, batch 32, 100 epochs, shuffled, validation of 200 rows every epoch',
    seedTable(result, peak.best),
  ];
  report(options, { bench: 'seed', adapter, peak, speeds: result }, text);
}

function counts(text: string): number[] {
  return text.split(',').map((count) => {
    const value = Number(count);
    if (Number.isInteger(value) && value > 0) return value;
    throw new InvalidArgumentError(`must be whole numbers of at least 1, got ${count}`);
  });
}

function networkList(text: string): string[] {
  const known = wholeWorkloads.map(widthsOf);
  return text === 'all' ? known : listOf(known)(text);
}

const { version: shoalVersion }: { version: string } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);

async function batchSize(options: BatchSizeOptions & Options & { readonly svg?: string }): Promise<void> {
  const { seeds, scaling, equal, quick, svg } = options;
  wholeNumber('--seeds', seeds, 1);
  const { adapter, result } = await withDawn(async (gpu) => {
    progress(adapterLine(gpu.adapter));
    const runner = webgpuEngine(gpu).whole as WholeRunner;
    return { adapter: gpu.adapter, result: await benchBatchSize(runner, { seeds, scaling, equal, quick }) };
  });
  if (svg !== undefined) writeFileSync(svg, batchSizePlot(result, adapter));
  report(options, { bench: 'batch-size', adapter, ...result }, [
    adapterLine(adapter),
    ...batchSizeTables(result),
  ]);
}

async function study(options: EngineOptions & { readonly trials: readonly number[] }): Promise<void> {
  const { result, adapter, peak, lines } = await betweenPeaks(options, async () => {
    const { engine } = await openEngine(options.engine);
    const runs = [];
    for (const trials of options.trials) runs.push(await benchStudy(engine, trials));
    engine.close();
    return runs;
  });
  const text = [
    ...lines,
    'a study of the seed network: 640 rows train, 160 judge, 100 epochs, TPE, batches of 16 to 128, stored in a file',
    studyTable(result),
  ];
  report(options, { bench: 'study', adapter, peak, runs: result }, text);
}

function studyStore(options: Options & { readonly trials: number }): void {
  wholeNumber('--trials', options.trials, 1000);
  const result = benchStudyStore(options.quick ? Math.min(options.trials, 10_000) : options.trials);
  report(options, { bench: 'study-store', ...result }, [studyStoreTable(result)]);
}

async function samplers(
  options: Options & {
    readonly only: readonly SamplerName[];
    readonly functions: readonly string[];
    readonly seeds: number;
    readonly peers: boolean;
  },
): Promise<void> {
  const seeds = options.quick ? Math.min(options.seeds, 5) : wholeNumber('--seeds', options.seeds, 1);
  const result = await benchSamplers({ ...options, seeds });
  report(options, { bench: 'samplers', seeds, ...result }, [
    `best value less the function's minimum, ${seeds} seeds; Optuna ${result.optuna ?? 'was not run'}`,
    samplersTable(result.searches),
    ...result.notes.map((note) => `note: ${note}`),
  ]);
}

async function policies(
  options: Options & { readonly seeds: number; readonly rate: number; readonly set: readonly string[] },
): Promise<void> {
  const { seeds, rate, set: sets, quick } = options;
  wholeNumber('--seeds', seeds, 1);
  const { adapter, results } = await withDawn(async (gpu) => {
    progress(adapterLine(gpu.adapter));
    const results = await benchPolicies({
      ...{
        seeds,
        rate,
        sets,
        quick,
        folder: fileURLToPath(new URL('../../test/data-sets', import.meta.url)),
      },
      engine: webgpuEngine(gpu),
    });
    return { adapter: gpu.adapter, results };
  });
  const text = [
    adapterLine(adapter),
    `${seeds} seeds each: medians (quartiles)`,
    ...policyTables(results, rate),
  ];
  report(options, { bench: 'policies', adapter, seeds, rate, results }, text);
}

const examples = `
Examples:
  npm run bench -- layered                     whole trainings, against TensorFlow.js and the CPU
  npm run bench -- layered --quick --no-peers  a first look at Shoal alone
  npm run bench -- seed                        complete trainings of the seed experiment, 64 to 16384 at once
  npm run bench -- seed --trials 512 --network all
  npm run bench -- kernels --json kernels.json each kernel by itself, and its numbers in a file
  npm run bench -- kernels --engine cpu        the same for the CPU's kernels
  npm run bench -- peers --only jax,torch      many trainings, against these two
  npm run bench -- batch-size --svg plot.svg   what the batch size changes, over many seeds, as a picture
  npm run bench -- batch-size --equal steps    the same with equal numbers of steps instead of epochs
  npm run bench -- study --trials 20000        one study of so many trials, and what the host's work takes of it
  npm run bench -- study-store                 saving and loading a study of 100000 trials
  npm run bench -- samplers --only tpe,cmaes   how good search is, against Optuna's samplers
  npm run bench -- policies --json p.json      batches that grow and penalties that adapt, over many seeds
  npm run bench -- tuning --data digits --quick  time to a tuned model, against other tuners`;

function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--json <file>', 'write the numbers as JSON; - for standard output, in place of the tables')
    .option('--quick', 'fewer and shorter measurements', false);
}

function engineOption(): Option {
  return new Option('--engine <name>', 'what to measure').choices(['webgpu', 'cpu']).default('webgpu');
}

const program = new Command('bench')
  .description("Measures Shoal's speed.")
  .addHelpText('after', examples)
  .addCommand(
    command('layered', 'whole trainings: steps/s, GFLOP/s, share of the peak, ratio to TensorFlow.js')
      .addOption(engineOption())
      .option('--no-peers', 'leave out TensorFlow.js and the CPU engine')
      .action(layered),
  )
  .addCommand(
    command(
      'seed',
      'complete trainings, thousands at once: trainings/s, GFLOP/s, share of the peak, cold start',
    )
      .addOption(engineOption())
      .addOption(
        new Option('--trials <numbers>', 'how many to train at once')
          .argParser(counts)
          .default([64, 256, 1024, 4096, 16384], '64,256,1024,4096,16384'),
      )
      .addOption(
        new Option('--network <widths>', 'one or several of the networks, or all')
          .argParser(networkList)
          .default(['10-16-1'], '10-16-1'),
      )
      .addOption(
        new Option('--mapping <name>', 'how trainings lie on the device')
          .choices(['auto', ...mappings])
          .default('auto'),
      )
      .action(seed),
  )
  .addCommand(
    command('kernels', 'every kernel over several sizes: GFLOP/s of the products, GB/s of the others')
      .addOption(engineOption())
      .action(kernels),
  )
  .addCommand(
    command(
      'batch-size',
      'the batch size and time to train, loss, generalisation and accuracy, over many seeds',
    )
      .option('--seeds <n>', 'trainings of each batch size and learning rate', Number, 64)
      .addOption(
        new Option('--scaling <rule>', "how the scaled rate follows the batch size; sqrt is Adam's rule")
          .choices(scalings)
          .default('sqrt'),
      )
      .addOption(
        new Option('--equal <what>', 'what all batch sizes train for').choices(lengths).default('epochs'),
      )
      .option('--svg <file>', 'draw the plot')
      .action(batchSize),
  )
  .addCommand(
    command('policies', 'batches that grow and penalties that adapt, against fixed ones, over many seeds')
      .option('--seeds <n>', 'trainings of each kind', Number, 256)
      .option('--rate <eta>', "Adam's learning rate", Number, 0.001)
      .option(
        '--set <names>',
        `of ${dataSetNames.join(', ')}, with commas`,
        listOf(dataSetNames),
        dataSetNames,
      )
      .action(policies),
  )
  .addCommand(
    command('peers', 'many whole trainings by scikit-learn, Keras, PyTorch, JAX, TensorFlow.js and Shoal')
      .addOption(
        new Option('--engine <name>', "Shoal's engine").choices(['both', 'webgpu', 'cpu']).default('both'),
      )
      .option('--network <widths>', 'one or several of the networks, or all', networkList, networkList('all'))
      .option('--only <systems>', `of ${systemNames.join(', ')}, with commas`, listOf(systemNames), [
        ...systemNames,
      ])
      .action(peers),
  )
  .addCommand(
    command('study', "a study of the seed experiment's network: trials a second, and the host's share")
      .addOption(engineOption())
      .addOption(
        new Option('--trials <counts>', 'trials of each study').argParser(counts).default([2000, 20_000]),
      )
      .action(study),
  )
  .addCommand(
    command('study-store', "a large study's file: its size, and the time to save and to load")
      .option('--trials <n>', 'trials of the study', Number, 100_000)
      .action(studyStore),
  )
  .addCommand(
    command('samplers', "how near searches come to a function's minimum, against Optuna's samplers")
      .option('--only <samplers>', `of ${samplerNames.join(', ')}, with commas`, listOf(samplerNames), [
        ...samplerNames,
      ])
      .option('--functions <names>', `of ${functionNames.join(', ')}, with commas`, listOf(functionNames), [
        ...functionNames,
      ])
      .option('--seeds <n>', 'searches of each kind', Number, 20)
      .option('--no-peers', 'leave out Optuna')
      .action(samplers),
  )
  .addCommand(
    tuningCommand(
      command('tuning', 'time to a tuned model: shoal tune, Optuna, KerasTuner and HalvingRandomSearchCV'),
    ),
  );

// Cold starts are measured: shaders that an earlier run left in Mesa's cache on disk must not count.
process.env.MESA_SHADER_CACHE_DISABLE = '1';
try {
  await program.parseAsync();
  process.exit(0);
} catch (error) {
  if (!(error instanceof ShoalError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(error.exitCode);
}
