import { basename, dirname, relative, resolve } from 'node:path';
import { CancelledError } from '../core/errors.ts';
import type { PreparedTable } from '../data/table/prepare-table.ts';
import type { MappingChoice } from '../engine/webgpu/planner.ts';
import { logLoss, meanSquaredError } from '../evaluate/metrics.ts';
import { type Scores, scores } from '../evaluate/scores.ts';
import type { ModelOrigin } from '../export/saved-model.ts';
import { type ChosenEngine, type EngineName, openEngine } from '../node.ts';
import { type StudyConfig, studyParts } from '../study/define-study.ts';
import type { StudySettings } from '../study/records.ts';
import { finalTraining, type RefitOptions, refit } from '../study/refit.ts';
import { runStudy } from '../study/run-study.ts';
import type { StudyStore } from '../study/store/study-store.ts';
import type { StudyEnd } from '../study/study-events.ts';
import { bestOf } from '../study/tune.ts';
import { predict, type TrainedModel } from '../train/trained-model.ts';
import { interruptSignal } from './interrupt.ts';
import { printJson, printLine } from './json.ts';
import { originOf, trainingFacts, writeModelFile } from './model-files.ts';
import { reportWriter } from './report.ts';
import { outputsOf } from './study-files.ts';
import { trialFacts } from './study-output.ts';
import { StudyDisplay } from './study-progress.ts';
import { bestOf as bestSummaries, summaryOf } from './study-summary.ts';
import { note, printable, shellWord } from './terminal.ts';
import { scoreTable } from './train-output.ts';
import { writeWhole } from './write-whole.ts';

/** Options of the commands that run a study. */
export interface SessionOptions {
  readonly model?: string;
  readonly report?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly quiet?: boolean;
}

/** A study that is about to run. */
export interface Session {
  /** The command that runs it, as its JSON names it. */
  readonly command: 'tune' | 'resume';
  readonly store: StudyStore;
  readonly path: string;
  readonly prepared: PreparedTable;
  /** Functions that settings cannot hold. */
  readonly config: StudyConfig;
  readonly chosen: ChosenEngine;
  readonly options: SessionOptions;
}

/** Where the model and the report of a study go. */
export function sessionOutputs(path: string, { model, report }: SessionOptions) {
  const usual = outputsOf(path);
  return { model: model ?? usual.model, report: report ?? usual.report };
}

/** An engine for the many shapes of a study. */
export function openStudyEngine(name: EngineName, mapping: MappingChoice): Promise<ChosenEngine> {
  return openEngine(name, { mapping, quickStart: true });
}

/** Runs a study until its limit or Ctrl-C; then trains the best configuration, judges it, and tells what to do next. */
export async function runSession(session: Session): Promise<void> {
  const { store, path, options, chosen } = session;
  if (!options.json && !options.jsonl) {
    note(`engine: ${chosen.engine.description} (${chosen.reason})`);
    note(`study: ${path}`);
  }
  const interrupt = interruptSignal();
  try {
    const reason = await search(session, interrupt.signal);
    if (reason === 'cancelled') return stopped(session);
    await finish(session, reason, interrupt.signal);
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    stopped(session);
  } finally {
    interrupt.release();
    store.close();
  }
}

async function search(
  { store, prepared, config, chosen, options }: Session,
  signal: AbortSignal,
): Promise<StudyEnd> {
  const { settings, limits } = store;
  const { json, jsonl, quiet } = options;
  const display = new StudyDisplay(settings, limits, {
    quiet: json === true || quiet === true,
    jsonl: jsonl === true,
  });
  signal.addEventListener('abort', () => display.stopping(), { once: true });
  try {
    const { reason } = await runStudy({
      engine: chosen.engine,
      rows: rowsOf(prepared),
      storage: store,
      ...partsOf(settings, config),
      ...(limits.trials !== undefined && { trials: limits.trials }),
      ...(limits.timeMs !== undefined && { milliseconds: limits.timeMs }),
      onEvent: (event) => display.show(event),
      signal,
    });
    return reason;
  } finally {
    display.end();
  }
}

/** What searches, of the stored settings and the functions that they cannot hold. */
export function partsOf(settings: StudySettings, { constraints, build }: StudyConfig) {
  return { ...studyParts(settings, constraints), ...(build && { build }) };
}

export function rowsOf({ training, target }: PreparedTable) {
  return { x: training.x, y: training.y, task: target.task };
}

function stopped({ command, store, path, options }: Session): void {
  const ended = store.load().results.filter((result) => result !== undefined).length;
  if (options.json) printJson(command, { study: path, reason: 'cancelled', trials: ended });
  note(`stopped; ${ended} trials are saved. Go on with:\n  shoal resume ${shellWord(path)}`);
  process.exitCode = 130;
}

/** The best configuration as a model, and how it does on rows that nobody tuned on. */
async function finish(session: Session, reason: StudyEnd, signal: AbortSignal): Promise<void> {
  const { command, store, path, prepared, config, chosen, options } = session;
  const data = store.load();
  const { preprocessor, target, validation } = prepared;
  const final = {
    rows: rowsOf(prepared),
    settings: store.settings,
    ...bestOf(data),
    ...(config.build && { build: config.build }),
    preprocessing: { preprocessor, target },
    signal,
  };
  const model = await refit({ engine: chosen.engine, ...final });
  const heldOut = await heldOutScores(model, validation, chosen);
  const files = sessionOutputs(path, options);
  await writeModelFile(files.model, { model, origin: studyOrigin(final, heldOut) });
  const report = await reportWriter();
  await writeWhole(files.report, report(path, data));
  // Not before the model is there: a study that is over is not resumed without being told how far.
  store.end(reason);
  const [best] = bestSummaries(data, 1);
  if (options.jsonl) return printLine({ event: 'model', trial: best?.trial, heldOut, files });
  const { limits, progress } = store;
  // This process is about to leave it.
  const read = { file: path, data, limits, progress, writer: undefined };
  if (options.json)
    return printJson(command, { study: path, reason, ...summaryOf(read), best, heldOut, files });
  const text = [
    '',
    ...(best ? [trialFacts(printable(best))] : []),
    '',
    scoreTable('held out', heldOut),
    '',
    endText(reason, data.results.filter((result) => result !== undefined).length),
    `model   ${files.model}`,
    `report  ${files.report}`,
    '',
    'Next:',
    nextSteps(store.settings, path, files.model),
  ];
  process.stdout.write(`${text.join('\n')}\n`);
}

/** Commands to type next, one below the other. */
function nextSteps({ data }: StudySettings, study: string, modelFile: string): string {
  const model = shellWord(modelFile);
  const table = data ? shellWord(relative('.', resolve(dirname(study), data.file))) : 'TABLE';
  const steps: readonly (readonly [command: string, why: string])[] = [
    [`evaluate ${model} --data ${table}`, 'how good it is, and how sure that is'],
    [`explain ${model} --data ${table}`, 'which columns it goes by'],
    [`predict ${model} --data NEW.csv`, 'what it says of new rows'],
    [`export ${model} --onnx --keras --js`, 'to use it elsewhere'],
    [`study show ${shellWord(study)}`, 'the best ten'],
    [`resume ${shellWord(study)} --time 5m`, 'search on'],
  ];
  const width = Math.max(...steps.map(([command]) => command.length));
  return steps.map(([command, why]) => `  shoal ${command.padEnd(width)}   ${why}`).join('\n');
}

/** Where the final model of a study came from. */
function studyOrigin(final: Omit<RefitOptions, 'engine'>, scores: Scores): ModelOrigin {
  const { settings, trial } = final;
  const study = { study: settings.name, trial: trial.index, parameters: trial.parameters };
  const origin = { training: { ...study, ...trainingFacts(finalTraining(final).options) }, scores };
  if (!settings.data) return originOf(origin);
  const { file, sha256, rows: trainingRows, heldOutRows, prepare } = settings.data;
  return originOf({ ...origin, data: { file: basename(file), sha256, trainingRows, heldOutRows, prepare } });
}

function endText(reason: StudyEnd, trials: number): string {
  const reasons = {
    trials: `${trials} trials, as many as were asked for`,
    time: `${trials} trials in the time there was`,
    exhausted: `${trials} trials: the whole search space`,
    cancelled: `${trials} trials`,
  };
  return reasons[reason];
}

async function heldOutScores(
  model: TrainedModel,
  { x, y }: PreparedTable['validation'],
  { engine }: ChosenEngine,
): Promise<Scores> {
  const outputs = await predict(model, x, engine);
  const loss = {
    binary_crossentropy: () => logLoss(y, outputs.flat()),
    categorical_crossentropy: () => logLoss(y, outputs),
    mean_squared_error: () => meanSquaredError(Array.from(y), outputs.flat()),
  };
  return { loss: loss[model.loss.name](), ...scores(model.loss, y, outputs) };
}
