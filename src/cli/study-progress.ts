import { metricsOf, namedSpreads, scoreOf, spreads } from '../study/best.ts';
import type { Objective, StudySettings, TrialRecord, TrialResult } from '../study/records.ts';
import type { StudyEvent, StudyProgress } from '../study/study-events.ts';
import { errorColors } from './colors.ts';
import { printLine } from './json.ts';
import { duration, short, valueText } from './study-text.ts';
import { ProgressLine, printable } from './terminal.ts';

/** Follows a study on standard error, or as events on standard output. */
export class StudyDisplay {
  private readonly settings: StudySettings;
  private readonly line: ProgressLine;
  private readonly limits: { readonly trials?: number; readonly timeMs?: number };
  private readonly jsonl: boolean;
  private group = '';
  private first: StudyProgress | undefined;

  constructor(
    settings: StudySettings,
    limits: StudyDisplay['limits'],
    { quiet, jsonl }: { readonly quiet: boolean; readonly jsonl: boolean },
  ) {
    this.settings = settings;
    this.limits = limits;
    this.jsonl = jsonl;
    this.line = new ProgressLine(quiet || jsonl);
    this.line.update('preparing ...', { always: true });
  }

  show(event: StudyEvent): void {
    if (this.jsonl) writeEvent(event, this.settings);
    if (event.type === 'group') this.group = event.label;
    if (event.type === 'group' && !this.first) this.line.update(`compiling ${event.label} ...`);
    if (event.type !== 'progress' && event.type !== 'end') return;
    this.first ??= event.progress;
    this.line.update(this.text(event.progress), { always: event.type === 'end' });
  }

  /** Says that Ctrl-C was heard: a step of the device must end first. */
  stopping(): void {
    this.line.update('stopping ... (Ctrl-C again ends at once)', { always: true });
  }

  end(): void {
    this.line.end();
  }

  private text(progress: StudyProgress): string {
    const { complete, pruned, failed, confirmed, elapsedMs, best } = progress;
    const ended = complete + pruned + failed;
    const since = this.first ?? progress;
    const before = since.complete + since.pruned + since.failed;
    const rate = (1000 * (ended - before)) / Math.max(1, elapsedMs - since.elapsedMs);
    const { trials, timeMs } = this.limits;
    const parts = [
      `${ended}${trials === undefined ? '' : `/${trials}`} trials`,
      ...(rate > 0 ? [`${rate.toPrecision(3)}/s`] : []),
      ...(pruned > 0 ? [`${pruned} pruned`] : []),
      ...(failed > 0 ? [errorColors.red(`${failed} failed`)] : []),
      ...(confirmed > 0 ? [`${confirmed} confirmed`] : []),
      ...this.left(
        trials === undefined || rate === 0 ? undefined : (1000 * (trials - ended)) / rate,
        timeMs,
        elapsedMs,
      ),
      ...(best ? [`best ${this.bestText(best)}`] : [this.group]),
    ];
    return parts.join(errorColors.dim(' · '));
  }

  private left(byTrialsMs: number | undefined, timeMs: number | undefined, elapsedMs: number): string[] {
    const byTimeMs = timeMs === undefined ? undefined : timeMs - elapsedMs;
    const known = [byTrialsMs, byTimeMs].filter((ms) => ms !== undefined && ms > 0) as number[];
    return known.length === 0 ? [] : [`${duration(Math.min(...known))} left`];
  }

  private bestText({ trial, result }: { trial: TrialRecord; result: TrialResult }): string {
    const [objective] = this.settings.objectives;
    const [spread] = spreads(scoreOf(result));
    const deviation = spread && spread.runs > 1 ? ` ± ${spread.standardDeviation.toPrecision(2)}` : '';
    const parameters = Object.entries(trial.parameters).map(([name, value]) => `${name} ${valueText(value)}`);
    const text = `${objective?.metric} ${short(spread?.mean ?? Number.NaN)}${deviation} (trial ${trial.index}: ${parameters.join(', ')})`;
    return printable(text);
  }
}

/** One event as a line of JSON; points, curves and single runs stay in the file. */
function writeEvent(event: StudyEvent, { objectives }: StudySettings): void {
  const document = eventDocument(event, objectives);
  if (document) printLine(document);
}

function eventDocument(event: StudyEvent, objectives: readonly Objective[]): object | undefined {
  switch (event.type) {
    case 'round':
      return { event: 'round', round: event.round, trials: event.trials.length };
    case 'group':
      return { event: 'group', label: event.label, runs: event.runs };
    case 'trial':
    case 'confirmation':
      return { event: event.type, ...trialDocument(event, objectives) };
    default: {
      const { best, ...progress } = event.progress;
      const reason = event.type === 'end' ? { reason: event.reason } : {};
      return {
        event: event.type,
        ...reason,
        ...progress,
        ...(best && { best: trialDocument(best, objectives) }),
      };
    }
  }
}

function trialDocument(
  { trial, result }: { readonly trial: TrialRecord; readonly result: TrialResult },
  objectives: readonly Objective[],
): object {
  return {
    trial: trial.index,
    round: trial.round,
    state: result.state,
    parameters: trial.parameters,
    ...namedSpreads(result, objectives),
    metrics: metricsOf(result),
    epochs: result.epochs,
    weights: result.weights,
    ...(result.reason !== undefined && { reason: result.reason }),
  };
}
