import { Command } from 'commander';
import type { Preprocessing } from '../data/table/prepare-table.ts';
import type { DataOrigin, SavedModel } from '../export/saved-model.ts';
import { describeNetwork } from '../model/network-summary.ts';
import type { History } from '../train/history.ts';
import { printJson } from './json.ts';
import { readModelFile } from './model-files.ts';
import { jsonOption } from './options.ts';
import { factLines, printable } from './terminal.ts';
import { scoreTable } from './train-output.ts';

export function inspectCommand(): Command {
  return new Command('inspect')
    .description('Tells what a model file holds: the network, its columns, and where it came from.')
    .argument('<model>', 'the model file that train, tune or import wrote')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
The file is safetensors: Python reads it with safetensors.safe_open.

Examples:
  $ shoal inspect breast-cancer.safetensors
  $ shoal inspect breast-cancer.safetensors --json`,
    )
    .action(inspect);
}

async function inspect(path: string, { json }: { readonly json?: boolean }): Promise<void> {
  const saved = await readModelFile(path);
  if (json) printJson('inspect', { model: path, ...documentOf(saved) });
  else process.stdout.write(`${text(path, saved)}\n`);
}

function documentOf({ model, origin }: SavedModel): object {
  const { network, loss, history, preprocessing } = model;
  return { network, loss, preprocessing, history, origin };
}

function text(path: string, { model, origin }: SavedModel): string {
  const { network, loss, history, preprocessing } = model;
  const { createdBy, data, training, scores } = origin;
  const smoothing = loss.labelSmoothing > 0 ? `, label smoothing ${loss.labelSmoothing}` : '';
  const facts: readonly (readonly [string, string])[] = [
    ['model', `${path}, made by ${createdBy}`],
    ['network', describeNetwork(network)],
    ['loss', `${loss.name}${smoothing}`],
    ...(preprocessing ? tableFacts(preprocessing) : []),
    ...(data ? dataFacts(data) : []),
    ...Object.entries(training ?? {})
      .filter(([, value]) => !Array.isArray(value) || value.length > 0)
      .map(([name, value]) => [name, settingText(value)] as const),
    ['trained', endOf(history)],
  ];
  const table = scores && Object.keys(scores).length > 0 ? ['', scoreTable('held out', scores)] : [];
  return [factLines(printable(facts)), ...table].join('\n');
}

function tableFacts({ preprocessor, target }: Preprocessing): (readonly [string, string])[] {
  const labels = target.labels.length > 0 ? ` (${listed(target.labels)})` : '';
  return [
    ['target', `${target.name}, ${target.task}${labels}`],
    ['columns', listed(preprocessor.columnNames)],
    ['missing', preprocessor.toJSON().missing],
  ];
}

function dataFacts({ file, sha256, trainingRows, heldOutRows }: DataOrigin): (readonly [string, string])[] {
  return [
    ['data', `${file}: ${trainingRows} rows to train on, ${heldOutRows} held out`],
    ['sha256', sha256],
  ];
}

const mostListed = 10;

function listed(names: readonly string[]): string {
  const more = names.length > mostListed ? `, ... (${names.length})` : '';
  return names.slice(0, mostListed).join(', ') + more;
}

function settingText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function endOf({ epochs, stopped, restoredEpoch }: History): string {
  const restored = restoredEpoch === undefined ? '' : `, weights of epoch ${restoredEpoch + 1} restored`;
  return `${epochs} epochs${stopped ? `, then stopped: ${stopped}` : ''}${restored}`;
}
