import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { interruptSignal } from '../../src/cli/interrupt.ts';
import { finiteNumber, wholeNumber } from '../../src/core/check.ts';
import { openEngine } from '../../src/node.ts';
import { listOf } from '../list-of.ts';
import { type Options, progress, report } from '../report.ts';
import { type DataName, dataNames } from './job.ts';
import { tuningPlot } from './plot.ts';
import { benchTuning, type SystemName, systemNames, usualSystems } from './run.ts';
import { comparisons, tuningTables } from './tables.ts';

interface TuningCommandOptions extends Options {
  readonly seconds: number;
  readonly seeds: number;
  readonly data: readonly DataName[];
  readonly only: readonly SystemName[];
  readonly svg?: string;
}

/** Options and action of `npm run bench -- tuning`. */
export function tuningCommand(command: Command): Command {
  return command
    .option('--seconds <n>', 'wall time of each system, data set and seed (--quick: 10)', Number, 60)
    .option('--seeds <n>', 'searches of each system and data set (--quick: 1)', Number, 3)
    .option('--data <names>', `of ${dataNames.join(', ')}, with commas`, listOf(dataNames), [...dataNames])
    .option('--only <systems>', `of ${systemNames.join(', ')}, with commas`, listOf(systemNames), [
      ...usualSystems,
    ])
    .option('--svg <file>', 'draw the plot')
    .action(tuning);
}

async function tuning({ seconds, seeds, data, only, svg, ...options }: TuningCommandOptions): Promise<void> {
  finiteNumber('--seconds', seconds, { above: 0 });
  wholeNumber('--seeds', seeds, 1);
  const { engine } = await openEngine('auto', { quickStart: true });
  const ranOn = `Shoal on: ${engine.description}`;
  engine.close();
  progress(ranOn);
  const interrupt = interruptSignal();
  const length = options.quick ? { seconds: Math.min(seconds, 10), seeds: 1 } : { seconds, seeds };
  const result = await benchTuning({ data, only, ...length, signal: interrupt.signal });
  interrupt.release();
  if (svg !== undefined) writeFileSync(svg, tuningPlot(result, ranOn));
  report(
    options,
    { bench: 'tuning', engine: engine.description, ...result, comparisons: comparisons(result.runs) },
    [ranOn, ...tuningTables(result), ...result.notes.map((note) => `note: ${note}`)],
  );
}
