import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { Command } from 'commander';
import { ModelFileError, UsageError } from '../core/errors.ts';
import { readTableFile } from '../data/table/read-table-file.ts';
import { type ImportedModel, importedModel, type ModelNames } from '../import/foreign-model.ts';
import { readForeign } from '../import/read-foreign.ts';
import { describeNetwork } from '../model/network-summary.ts';
import { printJson } from './json.ts';
import { bytesOf, writeModelFile } from './model-files.ts';
import { jsonOption } from './options.ts';
import { modelEnding } from './study-files.ts';
import { note, printable } from './terminal.ts';
import { checkFolders, checkNew } from './write-whole.ts';

const examples = `
Examples:
  $ shoal import cancer.keras --data patients.csv --target diagnosis --labels benign,malignant
      the inputs are the table's columns in their order, but for the target; labels as its cells have them
  $ shoal import mlp.json
      an exchange file: docs/keras.md has the line of Python that writes one from scikit-learn
  $ shoal import config.json --weights model.weights.h5 --features age,height --target weight
  $ shoal import cancer.keras --model cancer.safetensors --force --json

Then: shoal predict, evaluate and explain read raw tables with it, and shoal export writes it for other tools.`;

export function importCommand(): Command {
  return new Command('import')
    .description('Makes a model file of a network from Keras (.keras) or scikit-learn (exchange file).')
    .argument('<file>', 'a .keras file, an exchange file (JSON), or with --weights a configuration of Keras')
    .option('--weights <file>', 'the weights.h5 file that belongs to a configuration of Keras')
    .option('--model <file>', "the model file to write (default: the file's name with .safetensors)")
    .option('--features <names>', 'columns that it reads, in the order of its inputs, separated by commas')
    .option('--data <table>', 'take the names of the inputs from the columns of a table, without the target')
    .option('--target <column>', 'the column that it predicts')
    .option('--labels <names>', 'its classes in the order of their indices, separated by commas')
    .option('--force', 'replace a file that is there already')
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(importModel);
}

interface ImportOptions {
  readonly weights?: string;
  readonly model?: string;
  readonly features?: string;
  readonly data?: string;
  readonly target?: string;
  readonly labels?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

async function importModel(file: string, options: ImportOptions): Promise<void> {
  const model = options.model ?? file.slice(0, file.length - extname(file).length) + modelEnding;
  checkFolders(model);
  if (!options.force) checkNew(model);
  const names = await modelNames(options);
  const imported = await read(file, options.weights, names);
  await writeModelFile(model, imported.saved, { force: options.force === true });
  const facts = { ...factsOf(imported), model, remarks: imported.remarks };
  if (options.json) printJson('import', facts);
  else report(facts);
}

/** @throws UsageError for names given twice, DataError for a table that cannot be read */
async function modelNames({ features, data, target, labels }: ImportOptions): Promise<ModelNames> {
  if (features !== undefined && data !== undefined) {
    throw new UsageError('--features must be left out where --data names the inputs');
  }
  const columns = data === undefined ? features?.split(',') : await inputColumns(data, target);
  return {
    ...(columns && { features: columns }),
    ...(target !== undefined && { target }),
    ...(labels !== undefined && { labels: labels.split(',') }),
  };
}

async function inputColumns(data: string, target: string | undefined): Promise<string[]> {
  const { columns } = await readTableFile(data);
  const names = columns.map(({ name }) => name);
  if (target === undefined || names.includes(target)) return names.filter((name) => name !== target);
  throw new UsageError(`--target must be a column of ${data} (${names.join(', ')}), got ${target}`);
}

async function read(file: string, weights: string | undefined, names: ModelNames): Promise<ImportedModel> {
  const bytes = await boundedBytes(file);
  const weightsBytes = weights === undefined ? undefined : await boundedBytes(weights);
  try {
    return importedModel(readForeign(bytes, weightsBytes), names);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new ModelFileError(file, error.message);
  }
}

/** The largest file that is read: small networks have few weights. */
const mostBytes = 2 ** 28;

async function boundedBytes(path: string): Promise<Uint8Array> {
  // Of a file that there is not, reading says so.
  const size = (await stat(path).catch(() => undefined))?.size ?? 0;
  if (size <= mostBytes) return bytesOf(path);
  throw new ModelFileError(path, `the file must have at most ${mostBytes} bytes, got ${size}`);
}

function factsOf({ saved: { model, origin } }: ImportedModel) {
  const { preprocessor, target } = model.preprocessing ?? {};
  return {
    source: origin.createdBy,
    network: describeNetwork(model.network),
    weights: model.weights.length,
    loss: model.loss.name,
    features: preprocessor?.featureNames ?? [],
    target,
  };
}

function report(facts: ReturnType<typeof factsOf> & { model: string; remarks: readonly string[] }): void {
  const { remarks, source, network, features, target, model } = printable(facts);
  for (const remark of remarks) note(remark);
  const few = features.slice(0, 8).join(', ') + (features.length > 8 ? ', ...' : '');
  const classes = target && target.labels.length > 0 ? `, one of ${target.labels.join(', ')}` : '';
  const lines = [
    `from      ${source}`,
    `network   ${network}`,
    `inputs    ${features.length}: ${few}`,
    `predicts  ${target?.name}${classes}`,
    `model     ${model}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
