import { Command } from 'commander';
import { VerificationError } from '../core/errors.ts';
import { cpuEngine } from '../engine/cpu/engine.ts';
import { wasmEngine } from '../engine/wasm/engine.ts';
import type { GpuContext } from '../engine/webgpu/device.ts';
import { webgpuEngine } from '../engine/webgpu/engine.ts';
import { type EngineName, openEngine } from '../node.ts';
import { checkRandomTrials, type NamedEngine } from '../verify/random-trials.ts';
import { type CheckResult, verifyEngine } from '../verify/verify.ts';
import { openAdapterOrCpu } from './any-engine.ts';
import { colors } from './colors.ts';
import { interruptSignal } from './interrupt.ts';
import { printJson } from './json.ts';
import { engineOption, jsonOption, wholeNumber } from './options.ts';
import { note, ProgressLine, table } from './terminal.ts';

interface VerifyOptions {
  readonly engine: EngineName;
  readonly seed: number;
  readonly filter?: string;
  readonly quick?: boolean;
  readonly trials?: number;
  readonly json?: boolean;
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description(
      'Checks every kernel, gradients, optimizer steps and a whole training against the double-precision reference.',
    )
    .addOption(engineOption())
    .option('--seed <number>', 'seed of the random inputs', wholeNumber(0), 1)
    .option('--filter <text>', 'only checks whose name contains this')
    .option('--quick', 'kernels at small sizes only')
    .option(
      '--trials <number>',
      'in place of these checks: so many random trials over all options, on every way of training',
      wholeNumber(1),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  $ shoal verify
  $ shoal verify --engine cpu --filter adam
  $ shoal verify --seed 7 --json
  $ shoal verify --trials 1000

Exits with 4 when a deviation is beyond its tolerance.`,
    )
    .action(verify);
}

async function verify({ engine: name, seed, filter, quick, trials, json }: VerifyOptions): Promise<void> {
  const { engine, gpu, reason } = await (name === 'auto' ? openAdapterOrCpu() : openEngine(name));
  const interrupt = interruptSignal();
  const progress = new ProgressLine(json === true);
  if (!json) note(`engine: ${engine.description} (${reason})`);
  try {
    const shared = {
      seed,
      signal: interrupt.signal,
      onResult: (result: CheckResult) =>
        progress.update(`${result.ok ? 'ok    ' : 'FAILED'} ${result.name}`, { always: !result.ok }),
    };
    const results = trials
      ? await checkRandomTrials(waysOfTraining(gpu), { ...shared, trials })
      : (
          await verifyEngine(engine, {
            ...shared,
            ...(filter !== undefined && { filter }),
            ...(quick && { quick }),
          })
        ).results;
    progress.end();
    const failures = results.filter(({ ok }) => !ok);
    if (json) printJson('verify', { engine: engine.description, seed, results, failures: failures.length });
    else process.stdout.write(`${resultTable(results)}\n`);
    if (failures.length > 0) {
      throw new VerificationError(
        `${failures.length} of ${results.length} checks deviate by more than their tolerance: ${failures.map((f) => f.name).join(', ')}`,
      );
    }
  } finally {
    interrupt.release();
    engine.close();
  }
}

/** The reference, the CPU engine and, on a device, each way to train: fused as the planner would, one trial a subgroup, layer by layer. */
function waysOfTraining(gpu: GpuContext | undefined): NamedEngine[] {
  const cpu = [
    { name: 'reference', engine: cpuEngine() },
    { name: 'cpu', engine: wasmEngine() },
  ];
  if (!gpu) return cpu;
  const ways = ['auto', 'subgroup', 'layered'] as const;
  return [...cpu, ...ways.map((mapping) => ({ name: mapping, engine: webgpuEngine(gpu, { mapping }) }))];
}

/** The worst deviation of each check beside its tolerance. */
export function resultTable(results: readonly CheckResult[]): string {
  const rows = results.map(({ name, deviation, tolerance, ok }) => [
    ok ? colors.green('ok') : colors.red('FAILED'),
    name,
    deviation.toExponential(2),
    tolerance.toExponential(2),
  ]);
  return table(['', 'check', 'worst deviation', 'tolerance'], rows);
}
