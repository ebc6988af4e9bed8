import { Command } from 'commander';
import type { StudyData } from '../study/records.ts';
import { outputsOf } from './study-files.ts';
import { withStudy } from './study-summary.ts';
import { note } from './terminal.ts';
import { writeWhole } from './write-whole.ts';

export function reportCommand(): Command {
  return new Command('report')
    .description('Writes a study as one HTML page that needs no network: what won, by how much, and why.')
    .argument('<study>', "the study's file; it may be running")
    .option(
      '--output <file>',
      "where to, - for standard output (default: the study's name with .report.html)",
    )
    .addHelpText(
      'after',
      `
Examples:
  $ shoal report breast-cancer.shoal
  $ shoal report breast-cancer.shoal --output - > page.html`,
    )
    .action(report);
}

async function report(study: string, { output }: { readonly output?: string }): Promise<void> {
  const write = await reportWriter();
  const page = withStudy(study, ({ data }) => write(study, data));
  if (output === '-') {
    process.stdout.write(page);
    return;
  }
  const file = output ?? outputsOf(study).report;
  await writeWhole(file, page);
  note(`report: ${file}`);
}

/** When a report was made, as it says to people. */
export const reportDate = () => `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** What makes reports. The library of charts is loaded for it only. */
export async function reportWriter(): Promise<(study: string, data: StudyData) => string> {
  const { studyReport } = await import('../report/index.ts');
  const date = reportDate();
  return (study, data) => studyReport(data, { file: study, date });
}
