import { Command, Option } from 'commander';
import { ShoalError } from '../src/core/errors.ts';
import { CpuBackend, cpuEngine } from '../src/engine/cpu/engine.ts';
import { single } from '../src/engine/precision.ts';
import { GpuBackend } from '../src/engine/webgpu/backend.ts';
import { Pipelines } from '../src/engine/webgpu/pipelines.ts';
import { openEngine } from '../src/node.ts';
import { benchKernels, type KernelResult, kernelTable } from './kernels.ts';
import { benchLayered } from './layered.ts';
import { contestTable, speedTable } from './layered-tables.ts';
import { type Options, report } from './report.ts';
import { betweenPeaks, withDawn } from './surroundings.ts';

async function layered(options: Options & { readonly peers: boolean }): Promise<void> {
  const { result, adapter, peak, lines } = await betweenPeaks(options, () =>
    benchLayered({
      ...options,
      openEngine: async () => (await openEngine(options.engine)).engine,
      openCpu: cpuEngine,
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

async function kernels(options: Options): Promise<void> {
  const { result, adapter, peak, lines } = await betweenPeaks(options, () => runKernels(options));
  const text = [...lines, kernelTable(result, peak.best)];
  report(options, { bench: 'kernels', adapter, peak, kernels: result }, text);
}

function runKernels({ engine, quick }: Options): Promise<KernelResult[]> {
  if (engine === 'cpu') return benchKernels(async (program) => new CpuBackend(program, single), quick);
  return withDawn((gpu) => {
    const pipelines = new Pipelines(gpu);
    return benchKernels((program) => GpuBackend.open(gpu, pipelines, program), quick);
  });
}

const examples = `
Examples:
  npm run bench -- layered                     whole trainings, against TensorFlow.js and the CPU
  npm run bench -- layered --quick --no-peers  a first look at Shoal alone
  npm run bench -- kernels --json kernels.json each kernel by itself, and its numbers in a file
  npm run bench -- kernels --engine cpu        the same for the CPU's kernels`;

function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(new Option('--engine <name>', 'what to measure').choices(['webgpu', 'cpu']).default('webgpu'))
    .option('--json <file>', 'write the numbers as JSON; - for standard output, in place of the tables')
    .option('--quick', 'fewer and shorter measurements', false);
}

const program = new Command('bench')
  .description("Measures Shoal's speed.")
  .addHelpText('after', examples)
  .addCommand(
    command('layered', 'whole trainings: steps/s, GFLOP/s, share of the peak, ratio to TensorFlow.js')
      .option('--no-peers', 'leave out TensorFlow.js and the CPU engine')
      .action(layered),
  )
  .addCommand(
    command('kernels', 'every kernel over several sizes: GFLOP/s of the products, GB/s of the others').action(
      kernels,
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
