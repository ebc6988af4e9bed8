#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { ShoalError } from '../core/errors.ts';
import { version } from '../core/version.ts';
import { errorColors } from './colors.ts';
import { printable } from './terminal.ts';

const usageExitCode = 2;

/** The commands in the order of the help, each loaded when it is needed: all together take half a second. */
const loaders: Readonly<Record<string, () => Promise<Command>>> = {
  train: async () => (await import('./train.ts')).trainCommand(),
  tune: async () => (await import('./tune.ts')).tuneCommand(),
  resume: async () => (await import('./resume.ts')).resumeCommand(),
  evaluate: async () => (await import('./evaluate.ts')).evaluateCommand(),
  explain: async () => (await import('./explain.ts')).explainCommand(),
  report: async () => (await import('./report.ts')).reportCommand(),
  inspect: async () => (await import('./inspect.ts')).inspectCommand(),
  predict: async () => (await import('./predict.ts')).predictCommand(),
  export: async () => (await import('./export.ts')).exportCommand(),
  import: async () => (await import('./import.ts')).importCommand(),
  plan: async () => (await import('./plan.ts')).planCommand(),
  study: async () => (await import('./study.ts')).studyCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  verify: async () => (await import('./verify.ts')).verifyCommand(),
};

/** The command of this name alone, or all where there is none; none to tell the version. */
async function commands(name: string | undefined): Promise<Command[]> {
  if (name === '--version' || name === '-V') return [];
  const known = name !== undefined && Object.hasOwn(loaders, name) ? loaders[name] : undefined;
  return Promise.all((known ? [known] : Object.values(loaders)).map((load) => load()));
}

async function program(): Promise<Command> {
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
  for (const command of await commands(process.argv[2])) root.addCommand(command);
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
    await (await program()).parseAsync();
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return report(error);
  }
}

process.exitCode = await run();
// Dawn may keep the event loop alive after its device is gone; wait for the output, then leave.
process.stdout.write('', () => process.exit());
