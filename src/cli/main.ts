#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { ShoalError } from '../core/errors.ts';
import { version } from '../core/version.ts';
import { errorColors } from './colors.ts';
import { doctorCommand } from './doctor.ts';
import { evaluateCommand } from './evaluate.ts';
import { explainCommand } from './explain.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { inspectCommand } from './inspect.ts';
import { planCommand } from './plan.ts';
import { predictCommand } from './predict.ts';
import { reportCommand } from './report.ts';
import { resumeCommand } from './resume.ts';
import { studyCommand } from './study.ts';
import { printable } from './terminal.ts';
import { trainCommand } from './train.ts';
import { tuneCommand } from './tune.ts';
import { verifyCommand } from './verify.ts';

const usageExitCode = 2;

function program(): Command {
  const root = new Command('shoal')
    .description('Trains small neural networks side by side on WebGPU, and proves its numbers.')
    .version(version)
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for the options and examples)')
    .addHelpText(
      'after',
      `
Examples:
  $ shoal train                                          the seed experiment, beside Keras's values
  $ shoal train --data breast-cancer.csv --target target
  $ shoal tune --data breast-cancer.csv --target target  the best of thousands of trainings, and a report
  $ shoal evaluate breast-cancer.safetensors --data breast-cancer.csv   how good the model is, and how sure
  $ shoal explain breast-cancer.safetensors --data breast-cancer.csv    which columns it goes by
  $ shoal predict breast-cancer.safetensors --data new.csv              what it says of new rows
  $ shoal export breast-cancer.safetensors --onnx --keras --js          to use it elsewhere
  $ shoal plan --network 10-64-32-1 --trials 4096        how many trainings would run here
  $ shoal study show tuning.shoal                        how far a saved study is, and its best
  $ shoal doctor                                         what this machine can train on
  $ shoal verify                                         every kernel against the reference

Exit codes: 0 ok, 1 failure, 2 usage, 3 no adapter, 4 verification mismatch, 130 interrupted`,
    );
  for (const command of [
    trainCommand(),
    tuneCommand(),
    resumeCommand(),
    evaluateCommand(),
    explainCommand(),
    reportCommand(),
    inspectCommand(),
    predictCommand(),
    exportCommand(),
    importCommand(),
    planCommand(),
    studyCommand(),
    doctorCommand(),
    verifyCommand(),
  ])
    root.addCommand(command);
  return exitsByThrowing(root);
}

/** Commander exits with 1 for bad usage; thrown instead, `exitCode` can say 2. */
function exitsByThrowing(command: Command): Command {
  command.exitOverride();
  for (const child of command.commands) exitsByThrowing(child.copyInheritedSettings(command));
  return command;
}

/** One message on standard error, and the exit code of what went wrong. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExitCode;
  if (error instanceof ShoalError) {
    // Messages quote files, whose texts may hold a terminal's control characters.
    const message = error.message.split('\n').map(printable).join('\n');
    process.stderr.write(`${errorColors.red('error:')} ${message}\n`);
    if (process.env.DEBUG) process.stderr.write(`${error.stack}\n`);
    return error.exitCode;
  }
  process.stderr.write(
    `${errorColors.red('unexpected error:')} ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return 1;
}

// A reader that has seen enough (`shoal train | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

async function run(): Promise<number> {
  try {
    await program().parseAsync();
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return report(error);
  }
}

process.exitCode = await run();
// Dawn may keep the event loop alive after its device is gone; wait for the output, then leave.
process.stdout.write('', () => process.exit());
