import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { StudyError, UsageError } from '../core/errors.ts';
import { isStudy } from '../study/store/schema.ts';
import { printJson } from './json.ts';
import { jsonOption, wholeNumber } from './options.ts';
import { studyCsv, studyJson } from './study-export.ts';
import { comparison, studyFacts, studyList, trialFacts, trialTable } from './study-output.ts';
import { bestOf, flattened, type StudySummary, summaryOf, withStudy } from './study-summary.ts';
import { note, printable } from './terminal.ts';
import { writeWhole } from './write-whole.ts';

interface JsonOption {
  readonly json?: boolean;
}

const shownTrials = 10;

export function studyCommand(): Command {
  return new Command('study')
    .description('Reads studies that were saved, also while they run.')
    .addHelpText(
      'after',
      `
Examples:
  $ shoal study list                              the studies of this folder
  $ shoal study show tuning.shoal                 settings, progress, the best configurations
  $ shoal study best tuning.shoal --json          the best configuration
  $ shoal study export tuning.shoal --format csv --output trials.csv
  $ shoal study compare first.shoal second.shoal`,
    )
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(bestCommand())
    .addCommand(exportCommand())
    .addCommand(compareCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('Lists the studies of a folder: how far they are, and the best that they have found.')
    .argument('[folder]', 'where to look', '.')
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  $ shoal study list\n  $ shoal study list results --json')
    .action(list);
}

function list(folder: string, { json }: JsonOption): void {
  const files = studyFiles(folder);
  const studies: StudySummary[] = [];
  const unreadable: { file: string; problem: string }[] = [];
  for (const file of files) {
    try {
      studies.push(withStudy(file, summaryOf));
    } catch (error) {
      if (!(error instanceof StudyError)) throw error;
      unreadable.push({ file, problem: error.message });
    }
  }
  if (json) printJson('study list', { folder, studies, unreadable });
  else {
    for (const { problem } of unreadable) note(`cannot be read: ${problem}`);
    if (studies.length > 0) process.stdout.write(`${studyList(printable(studies))}\n`);
    else note(`there is no study in ${folder} that can be read`);
  }
  if (unreadable.length > 0) process.exitCode = 1;
}

function studyFiles(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
    return files.filter(isStudy).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`folder must be one that can be read, got ${folder} (${code}); check its name`);
  }
}

function showCommand(): Command {
  return new Command('show')
    .description(`Shows a study's settings, its progress and its best ${shownTrials} configurations.`)
    .argument('<study>', "the study's file")
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ shoal study show tuning.shoal\n  $ shoal study show tuning.shoal --json',
    )
    .action((file: string, { json }: JsonOption) =>
      withStudy(file, (study) => {
        const { settings } = study.data;
        const summary = { ...summaryOf(study), best: bestOf(study.data, shownTrials) };
        if (json) return printJson('study show', { ...summary, settings });
        const shown = printable({ settings, summary });
        const text = [studyFacts(shown.settings, shown.summary)];
        if (summary.best.length > 0) text.push(trialTable(shown.summary.best, shown.settings.objectives));
        process.stdout.write(`${text.join('\n\n')}\n`);
      }),
    );
}

function bestCommand(): Command {
  return new Command('best')
    .description('Prints the best configuration; with several objectives those of the Pareto front.')
    .argument('<study>', "the study's file")
    .option('--count <number>', 'so many, the best first', wholeNumber(1))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Only complete trials count. First come those that were trained again on other folds, by the mean of these runs;
then all others, by the mean of their runs in the search; equal ones by their number.

Examples:
  $ shoal study best tuning.shoal
  $ shoal study best tuning.shoal --count 5 --json`,
    )
    .action(best);
}

function best(file: string, { count, json }: JsonOption & { readonly count?: number }): void {
  withStudy(file, ({ data }) => {
    const { name, objectives } = data.settings;
    const trials = bestOf(data, count);
    const [first] = trials;
    if (!first) throw new StudyError(file, 'no trial is complete yet; train some more');
    if (json) return printJson('study best', { name, file, objectives, trials });
    const text =
      trials.length === 1
        ? trialFacts(printable(first))
        : trialTable(printable(trials), printable(objectives));
    process.stdout.write(`${text}\n`);
  });
}

interface ExportOptions {
  readonly format: 'csv' | 'json';
  readonly output?: string;
  readonly curves?: boolean;
}

function exportCommand(): Command {
  return new Command('export')
    .description('Writes all trials with their parameters and metrics.')
    .argument('<study>', "the study's file")
    .addOption(
      new Option('--format <name>', 'csv: a row a trial; json: everything')
        .choices(['csv', 'json'])
        .default('csv'),
    )
    .option('--output <file>', 'where to; standard output unless given')
    .option('--curves', 'json: with the learning curves, rows of epoch, loss and val_loss')
    .addHelpText(
      'after',
      `
In CSV, text that a spreadsheet would take for a formula gets an apostrophe before it.

Examples:
  $ shoal study export tuning.shoal > trials.csv
  $ shoal study export tuning.shoal --format json --curves --output study.json`,
    )
    .action(exportStudy);
}

async function exportStudy(file: string, { format, output, curves }: ExportOptions): Promise<void> {
  if (curves && format === 'csv')
    throw new UsageError('--curves must come with --format json: rows of CSV have no room for curves');
  const text = withStudy(file, (study) =>
    format === 'csv' ? studyCsv(study.data) : studyJson(study, curves === true),
  );
  if (output === undefined) process.stdout.write(text);
  else await writeWhole(output, text);
}

function compareCommand(): Command {
  return new Command('compare')
    .description('Puts studies side by side: the best of each, trials, time, and settings that differ.')
    .argument('<studies...>', "the studies' files")
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ shoal study compare random.shoal tpe.shoal\n  $ shoal study compare *.shoal --json',
    )
    .action(compare);
}

function compare(files: readonly string[], { json }: JsonOption): void {
  if (files.length < 2) throw new UsageError('studies must be two or more, got one; name another');
  const studies = files.map((file) =>
    withStudy(file, (study) => ({ summary: summaryOf(study), settings: flattened(study.data.settings) })),
  );
  const summaries = studies.map(({ summary }) => summary);
  const differences = differencesOf(studies.map(({ settings }) => settings));
  if (json) printJson('study compare', { studies: summaries, differences: Object.fromEntries(differences) });
  else process.stdout.write(`${comparison(printable(summaries), differences)}\n`);
}

/** The paths whose values are not the same in all, with the value of each. */
function differencesOf<T>(settings: readonly ReadonlyMap<string, T>[]): Map<string, (T | undefined)[]> {
  const paths = new Set(settings.flatMap((one) => [...one.keys()]));
  paths.delete('name');
  const rows = [...paths].map((path) => [path, settings.map((one) => one.get(path))] as const);
  return new Map(rows.filter(([, values]) => new Set(values.map((value) => JSON.stringify(value))).size > 1));
}
