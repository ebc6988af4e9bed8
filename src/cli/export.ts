import { resolve } from 'node:path';
import { Command } from 'commander';
import { UsageError } from '../core/errors.ts';
import { type ExportFormat, exportFormats } from '../export/formats.ts';
import { printJson } from './json.ts';
import { readModelFile } from './model-files.ts';
import { jsonOption } from './options.ts';
import { modelEnding } from './study-files.ts';
import { checkFolders, checkNew, writeWhole } from './write-whole.ts';

export function exportCommand(): Command {
  const command = new Command('export')
    .description('Writes a model in forms that other tools use, preprocessing included.')
    .argument('<model>', 'the model file that train, tune or import wrote');
  for (const { name, ending, description } of exportFormats) {
    command.option(`--${name} [file]`, `${description} (default: the model's name with ${ending})`);
  }
  return command
    .option('--force', 'replace files that are there already')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  $ shoal export breast-cancer.safetensors --onnx
  $ shoal export breast-cancer.safetensors --onnx cancer.onnx --keras cancer.keras --js cancer.js --force`,
    )
    .action(exportModel);
}

interface ExportOptions extends Readonly<Record<string, string | boolean | undefined>> {
  readonly force?: boolean;
  readonly json?: boolean;
}

async function exportModel(model: string, options: ExportOptions): Promise<void> {
  const wanted = exportFormats
    .filter(({ name }) => options[name] !== undefined)
    .map((format) => ({ format, file: fileOf(model, format, options[format.name]) }));
  if (wanted.length === 0) {
    const names = exportFormats.map(({ name }) => `--${name}`).join(', ');
    throw new UsageError(`the export must say what to write, got nothing; choose one or more of ${names}`);
  }
  const files = wanted.map(({ file }) => file);
  checkDiffer([model, ...files]);
  checkFolders(...files);
  if (!options.force) checkNew(...files);
  const saved = await readModelFile(model);
  // All are made before the first is written, so that a model that one format cannot hold leaves nothing behind.
  const made = await Promise.all(
    wanted.map(async ({ format, file }) => ({ format, file, contents: await format.write(saved) })),
  );
  for (const { file, contents } of made) {
    await writeWhole(file, contents, { force: options.force === true });
  }
  const written = made.map(({ format, file, contents }) => ({
    format: format.name,
    file,
    bytes: Buffer.byteLength(contents),
  }));
  if (options.json) printJson('export', { model, files: written });
  else
    for (const { format, file, bytes } of written)
      process.stdout.write(`${format}  ${file}  ${bytes} bytes\n`);
}

/** @throws UsageError for a file that would be written twice, or over the model */
function checkDiffer(files: readonly string[]): void {
  const paths = files.map((file) => resolve(file));
  const twice = paths.findIndex((path, place) => paths.indexOf(path) !== place);
  if (twice < 0) return;
  throw new UsageError(`the files must differ from each other and from the model, got ${files[twice]} twice`);
}

/** The file that an option names, or else one beside the model. */
function fileOf(model: string, { ending }: ExportFormat, given: string | boolean | undefined): string {
  if (typeof given === 'string') return given;
  return (model.endsWith(modelEnding) ? model.slice(0, -modelEnding.length) : model) + ending;
}
