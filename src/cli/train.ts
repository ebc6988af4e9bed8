import { Command, Option } from 'commander';
import { UsageError } from '../core/errors.ts';
import type { PreparedTable } from '../data/table/prepare-table.ts';
import type { Engine } from '../engine/engine.ts';
import type { MappingChoice } from '../engine/webgpu/planner.ts';
import { type Scores, scores } from '../evaluate/scores.ts';
import type { Network } from '../model/network.ts';
import { describeNetwork } from '../model/network-summary.ts';
import { type ChosenEngine, type EngineName, openEngine } from '../node.ts';
import { FitCancelledError, type FitOptions, fit } from '../train/fit.ts';
import type { LabelledRows } from '../train/rows.ts';
import { predict, type TrainedModel } from '../train/trained-model.ts';
import { interruptSignal } from './interrupt.ts';
import { printJson } from './json.ts';
import { dataOrigin, originOf, trainingFacts, writeModelFile } from './model-files.ts';
import {
  batchSize,
  engineOption,
  jsonOption,
  mappingOption,
  numberBetween,
  wholeNumber,
  widths,
} from './options.ts';
import { kerasScores, seedData, seedNetwork, seedOptions } from './seed-experiment.ts';
import { addTableOptions, prepareSettings } from './table-options.ts';
import { note, ProgressLine } from './terminal.ts';
import { epochLine, historyCurves, scoreTable } from './train-output.ts';
import { type TableTrainOptions, tableTraining } from './train-table.ts';
import { checkFolders, checkNew, writeWhole } from './write-whole.ts';

const examples = `
Examples:
  $ shoal train
      the seed experiment, beside Keras's values for the same run
  $ shoal train --data breast-cancer.csv --target target
  $ shoal train --data houses.parquet --target price --hidden 64,32 --early-stopping 10
  $ shoal train --data survey.csv --target answer --missing median --l2 0.001 --dropout 0.2 \\
      --optimizer adamw --learning-rate 0.002 --model answer.safetensors
  $ shoal train --data digits.csv --target target --json > run.json

Ctrl-C ends training in good order: what was trained until then is shown and written.`;

export function trainCommand(): Command {
  const command = new Command('train').description(
    'Trains one network: on a table, or without --data the seed experiment.',
  );
  return addTableOptions(command)
    .option('--hidden <widths>', 'units of the hidden layers, separated by commas, or none', widths, [16])
    .option('--activation <name>', 'activation of the hidden layers', 'relu')
    .option('--dropout <rate>', 'share of hidden units dropped while training', numberBetween(0, 0.99), 0)
    .option('--l1 <strength>', 'L1 penalty on the kernels', numberBetween(0), 0)
    .option('--l2 <strength>', 'L2 penalty on the kernels', numberBetween(0), 0)
    .addOption(
      new Option('--optimizer <name>', 'optimizer')
        .choices(['adam', 'adamw', 'sgd', 'rmsprop'])
        .default('adam'),
    )
    .option('--learning-rate <rate>', "learning rate (default: Keras's of the optimizer)", numberBetween(0))
    .option('--weight-decay <rate>', 'decoupled weight decay', numberBetween(0))
    .option('--momentum <share>', 'momentum of sgd and rmsprop', numberBetween(0, 1))
    .option('--clipnorm <limit>', 'largest norm of all gradients together', numberBetween(0))
    .option(
      '--label-smoothing <share>',
      'share of each label spread over all classes',
      numberBetween(0, 1),
      0,
    )
    .option('--class-weight <weights>', 'balanced, or pairs such as no=1,yes=4')
    .option('--epochs <number>', 'passes over the rows', wholeNumber(1), 100)
    .option('--batch-size <rows>', 'rows of a mini-batch, or auto for the largest that fits', batchSize, 32)
    .option('--max-batch-size <rows>', 'the most that auto takes', wholeNumber(1), 512)
    .option('--no-shuffle', 'visit the rows in their order')
    .option(
      '--reduce-lr <patience>',
      'divide the learning rate by 10 after so many epochs without a better val_loss',
      wholeNumber(1),
    )
    .option(
      '--early-stopping <patience>',
      'stop after so many epochs without a better val_loss, and keep the best weights',
      wholeNumber(1),
    )
    .option('--seed <number>', 'seed of weights, shuffling and dropout', wholeNumber(0), 0)
    .addOption(engineOption())
    .addOption(mappingOption('layered').default(undefined, 'layered'))
    .option('--model <file>', 'write the trained model, preprocessing included, as a safetensors file')
    .option('--history <file>', 'write the history as JSON')
    .option('--force', 'replace files that are there already')
    .addOption(jsonOption())
    .option('--quiet', 'no progress')
    .addHelpText('after', examples)
    .action((options: CommandOptions, command: Command) => train(options, command));
}

interface CommandOptions extends TableTrainOptions {
  readonly data?: string;
  readonly engine: EngineName;
  readonly mapping?: MappingChoice;
  readonly model?: string;
  readonly history?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What is to be trained, before there is an engine. */
export interface Assignment {
  readonly network: Network;
  readonly training: LabelledRows;
  readonly validation: LabelledRows;
  readonly options: Omit<FitOptions, 'engine' | 'x' | 'y'>;
  /** Remarks for people. */
  readonly remarks: readonly string[];
  readonly table?: PreparedTable;
  /** Scores of another system for the same run. */
  readonly reference?: { readonly name: string; readonly scores: Scores };
}

async function train(options: CommandOptions, command: Command): Promise<void> {
  checkFolders(options.model, options.history);
  if (!options.force) checkNew(options.model, options.history);
  const assignment =
    options.data === undefined ? await seedAssignment(command) : await tableTraining(options.data, options);
  const { mapping } = options;
  const chosen = await openEngine(options.engine, { usualMapping: 'layered', ...(mapping && { mapping }) });
  const interrupt = interruptSignal();
  try {
    await run(assignment, chosen, options, interrupt.signal);
  } finally {
    interrupt.release();
    chosen.engine.close();
  }
}

/** Options that mean something without a table. */
const generalOptions = new Set(['engine', 'mapping', 'json', 'quiet', 'model', 'history', 'force']);

async function seedAssignment(command: Command): Promise<Assignment> {
  const others = command.options
    .map((option) => option.attributeName())
    .filter((name) => !generalOptions.has(name) && command.getOptionValueSource(name) === 'cli');
  if (others.length > 0) {
    throw new UsageError(
      `--data must name a table for the options that were given (${others.join(', ')}); without it the seed experiment runs as Keras recorded it`,
    );
  }
  const { training, validation } = seedData();
  return {
    network: seedNetwork(),
    training,
    validation,
    options: seedOptions(),
    remarks: ['the seed experiment: 1000 generated rows of 10 features, 800 to train on, 200 to validate'],
    reference: { name: 'Keras', scores: await kerasScores(validation) },
  };
}

async function run(
  assignment: Assignment,
  chosen: ChosenEngine,
  options: CommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const { engine, reason } = chosen;
  if (!options.json) {
    for (const remark of assignment.remarks) note(remark);
    note(`engine: ${engine.description} (${reason})`);
    note(`network: ${describeNetwork(assignment.network)}`);
  }
  const started = performance.now();
  const { model, cancelled } = await fitWithProgress(assignment, engine, options, signal);
  const elapsedMs = performance.now() - started;
  const finalScores = await validationScores(assignment, model, cancelled, engine);
  if (options.json)
    printJson('train', {
      ...summary(assignment, model, chosen),
      scores: finalScores,
      reference: assignment.reference ?? null,
      elapsedMs,
      cancelled,
    });
  else report(assignment, model, finalScores, elapsedMs);
  await writeOutputs(assignment, model, finalScores, options);
  if (cancelled) process.exitCode = 130;
}

async function fitWithProgress(
  assignment: Assignment,
  engine: Engine,
  options: CommandOptions,
  signal: AbortSignal,
) {
  const { network, training, validation, options: fitOptions } = assignment;
  const progress = new ProgressLine(options.quiet === true || options.json === true);
  const fitted = fit(network, { ...fitOptions, ...training, validation, engine, signal });
  const epochs = fitOptions.epochs ?? 1;
  progress.update('preparing the kernels ...', { always: true });
  try {
    for await (const { epoch, logs } of fitted) {
      progress.update(epochLine(epoch, epochs, logs), { always: epoch + 1 === epochs });
    }
    return { model: await fitted, cancelled: false };
  } catch (error) {
    const partial = error instanceof FitCancelledError ? error.models[0] : undefined;
    if (!partial || partial.history.epochs === 0) throw error;
    return { model: partial, cancelled: true };
  } finally {
    progress.end();
  }
}

async function validationScores(
  { validation }: Assignment,
  model: TrainedModel,
  cancelled: boolean,
  engine: Engine,
): Promise<Scores> {
  const outputs = await predict(model, validation.x, engine);
  const { epochs, metrics, restoredEpoch } = model.history;
  // A cancelled epoch has changed the weights since the last loss.
  const epoch = restoredEpoch ?? (cancelled ? -1 : epochs - 1);
  const loss = metrics.val_loss?.[epoch];
  return {
    ...(loss !== undefined && { loss }),
    ...scores(model.loss, validation.y as ArrayLike<number>, outputs),
  };
}

function summary(assignment: Assignment, model: TrainedModel, { engine, reason }: ChosenEngine) {
  const { table } = assignment;
  return {
    engine: { kind: engine.kind, description: engine.description, reason },
    network: describeNetwork(model.network),
    ...(table && {
      target: table.target,
      rows: { training: table.training.rows, validation: table.validation.rows, dropped: table.dropped },
      features: table.preprocessor.featureNames,
    }),
    notes: [...assignment.remarks, ...model.notes],
    history: model.history,
  };
}

function report(
  { reference }: Assignment,
  model: TrainedModel,
  finalScores: Scores,
  elapsedMs: number,
): void {
  for (const remark of model.notes) note(remark);
  const { epochs, stopped, restoredEpoch } = model.history;
  const ending = stopped ? `stopped after ${epochs} epochs: ${stopped}` : `${epochs} epochs`;
  const restored = restoredEpoch === undefined ? '' : `, weights of epoch ${restoredEpoch + 1} restored`;
  const lines = [
    '',
    historyCurves(model),
    '',
    scoreTable('validation', finalScores, reference),
    '',
    `${ending}${restored}, ${(elapsedMs / 1000).toFixed(2)} s`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function writeOutputs(
  { table, options }: Assignment,
  model: TrainedModel,
  finalScores: Scores,
  { data: file, model: modelFile, history: historyFile, ...command }: CommandOptions,
): Promise<void> {
  if (modelFile) {
    const data = file && table && (await dataOrigin(file, table, prepareSettings(command)));
    const origin = originOf({
      ...(data && { data }),
      training: trainingFacts(options),
      scores: finalScores,
    });
    await writeModelFile(modelFile, { model, origin });
  }
  if (historyFile) await writeWhole(historyFile, `${JSON.stringify(model.history, null, 2)}\n`);
}
