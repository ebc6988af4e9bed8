import { Command } from 'commander';
import { VerificationError } from '../core/errors.ts';
import { type EngineName, openEngine } from '../node.ts';
import { type CheckResult, verifyEngine } from '../verify/verify.ts';
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
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  $ shoal verify
  $ shoal verify --engine cpu --filter adam
  $ shoal verify --seed 7 --json

Exits with 4 when a deviation is beyond its tolerance.`,
    )
    .action(verify);
}

async function verify({ engine: name, seed, filter, quick, json }: VerifyOptions): Promise<void> {
  const { engine, reason } = await openEngine(name);
  const interrupt = interruptSignal();
  const progress = new ProgressLine(json === true);
  if (!json) note(`engine: ${engine.description} (${reason})`);
  try {
    const { results } = await verifyEngine(engine, {
      seed,
      signal: interrupt.signal,
      onResult: (result) =>
        progress.update(`${result.ok ? 'ok    ' : 'FAILED'} ${result.name}`, { always: !result.ok }),
      ...(filter !== undefined && { filter }),
      ...(quick && { quick }),
    });
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
