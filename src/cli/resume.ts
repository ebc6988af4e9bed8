import { Command } from 'commander';
import { AdapterError, StudyError, UsageError } from '../core/errors.ts';
import type { MappingChoice } from '../engine/webgpu/planner.ts';
import type { ChosenEngine, EngineName } from '../node.ts';
import { limitOf, type StudyConfig } from '../study/define-study.ts';
import type { StudySettings } from '../study/records.ts';
import { StudyStore } from '../study/store/study-store.ts';
import { engineOption, mappingOption, wholeNumber } from './options.ts';
import { fileOfStudy, readConfig, sha256Of } from './study-files.ts';
import { openStudyEngine, runSession, type SessionOptions } from './study-session.ts';
import { type PrepareSettings, readPrepared } from './table-options.ts';
import { note } from './terminal.ts';
import { addSessionOptions, seconds } from './tune.ts';
import { checkFolders, checkNew } from './write-whole.ts';

export function resumeCommand(): Command {
  const command = new Command('resume')
    .description('Goes on with a study that was cut off or stopped, or further than it was meant to go.')
    .argument('<study>', "the study's file")
    .addOption(engineOption().default(undefined, 'as the study began'))
    .addOption(mappingOption('auto').default(undefined, 'as the study began'));
  return addSessionOptions(command)
    .option('--trials <number>', 'so many configurations in all', wholeNumber(1))
    .option('--time <duration>', 'so much longer, such as 90s, 10m or 2h', seconds)
    .option('--data <file>', 'the table, where it has been moved; it must be the same')
    .option('--config <file>', 'the configuration, where it has been moved; it must be the same')
    .addHelpText(
      'after',
      `
A study that was cut off ends with the same table of trials as one that was not. To go on with one that is over, say how
far.

Examples:
  $ shoal resume breast-cancer.shoal
  $ shoal resume breast-cancer.shoal --time 5m
  $ shoal resume breast-cancer.shoal --trials 5000 --json`,
    )
    .action(resume);
}

interface ResumeOptions extends SessionOptions {
  readonly engine?: EngineName;
  readonly mapping?: MappingChoice;
  readonly trials?: number;
  readonly time?: number;
  readonly data?: string;
  readonly config?: string;
}

async function resume(path: string, options: ResumeOptions): Promise<void> {
  checkFolders(options.model, options.report);
  // Those that are named after the study are its own.
  if (!options.force) checkNew(options.model, options.report);
  const store = StudyStore.open(path);
  try {
    const { settings } = store;
    extend(store, path, options);
    const config = await sameConfig(path, settings, options);
    const prepared = await sameTable(path, settings, options);
    const chosen = await sameEngine(settings, options);
    try {
      await runSession({ command: 'resume', store, path, prepared, config, chosen, options });
    } finally {
      chosen.engine.close();
    }
  } finally {
    store.close();
  }
}

/** Sets new limits where they are given. @throws UsageError for a study that is over, without them */
function extend(store: StudyStore, path: string, { trials, time }: ResumeOptions): void {
  const { ended, elapsedMs } = store.progress;
  if (trials !== undefined || time !== undefined) {
    const { timeMs, ...limits } = limitOf({
      ...(trials !== undefined && { trials }),
      ...(time !== undefined && { seconds: time }),
    });
    store.setLimits({ ...limits, ...(timeMs !== undefined && { timeMs: elapsedMs + timeMs }) });
    return;
  }
  if (ended === undefined) return;
  throw new UsageError(
    `${path} is over (${ended}): say how far it shall go on with --trials (of ${store.planned}) or --time, or look at it with shoal report ${path}`,
  );
}

/** The device that the study began on, or another one where that is asked for, or there is no such here. */
async function sameEngine(settings: StudySettings, options: ResumeOptions): Promise<ChosenEngine> {
  const begunOn = settings.engine.startsWith('WebGPU') ? 'webgpu' : 'cpu';
  const mapping = options.mapping ?? (settings.chosen?.mapping as MappingChoice | undefined) ?? 'auto';
  const chosen = await openStudyEngine(options.engine ?? begunOn, mapping).catch((error: unknown) => {
    if (options.engine !== undefined || !(error instanceof AdapterError)) throw error;
    return openStudyEngine('cpu', mapping);
  });
  const { description } = chosen.engine;
  // Any number of threads gives the same bits.
  const withoutThreads = (name: string) => name.replace(/, \d+ threads?$/, '');
  if (withoutThreads(description) !== withoutThreads(settings.engine)) {
    note(
      `the study was begun on ${settings.engine}; on ${description} its results are as good, but not the same bits`,
    );
  }
  return chosen;
}

/** @throws StudyError where the table is not the one that the study learned from */
async function sameTable(path: string, { data }: StudySettings, options: ResumeOptions) {
  if (!data)
    throw new StudyError(
      path,
      'this study was not made from a file by shoal tune; go on with it in your program',
    );
  const file = fileOfStudy(path, data.file, '--data', options.data);
  const { prepared } = await readPrepared(file, data.prepare as unknown as PrepareSettings);
  if ((await sha256Of(file)) === data.sha256) return prepared;
  throw new StudyError(
    path,
    `${file} has changed since the study was begun, so that old and new trials could not be compared; bring the old table back (--data names another place), or begin a new study`,
  );
}

/** The functions that settings cannot hold. */
async function sameConfig(
  path: string,
  { config }: StudySettings,
  options: ResumeOptions,
): Promise<StudyConfig> {
  if (!config) return {};
  const file = fileOfStudy(path, config.file, '--config', options.config);
  const { build, constraints } = await readConfig(file);
  if ((await sha256Of(file)) !== config.sha256) {
    throw new UsageError(
      `${file} must be the configuration that the study was begun with, but it has changed; bring the old one back (--config names another place), or begin a new study`,
    );
  }
  return { ...(build && { build }), ...(constraints && { constraints }) };
}
