import type { Spread } from '../study/best.ts';
import type { Objective, StudySettings } from '../study/records.ts';
import type { ParameterValue } from '../study/space-types.ts';
import { colors } from './colors.ts';
import { parameterNames, type StudySummary, type TrialSummary } from './study-summary.ts';
import { duration, short, valueText } from './study-text.ts';
import { factLines, printable, table } from './terminal.ts';

/** Studies one below the other. */
export function studyList(studies: readonly StudySummary[]): string {
  return table(
    ['name', 'file', 'state', 'trials', 'best', 'changed'],
    studies.map((study) => [
      study.name,
      study.file,
      stateOf(study),
      trialsOf(study),
      bestValues(study),
      when(study.changed),
    ]),
  );
}

/** The settings of a study, and how far it has come. */
export function studyFacts(settings: StudySettings, study: StudySummary): string {
  const { data, resampling, objectives, confirmSets = 0 } = settings;
  const facts: readonly (readonly [string, string])[] = [
    ['study', `${study.name} (${study.file})`],
    ['state', stateOf(study)],
    ...(data ? [['data', `${data.file}: ${data.rows} rows, ${data.task} of ${data.target}`] as const] : []),
    ['objective', objectives.map(objectiveText).join(', ')],
    ['sampler', withOptions(settings.sampler)],
    ['pruner', withOptions(settings.pruner)],
    ['resampling', `${resampling.folds} folds x ${resampling.repeats} repeats`],
    ...(confirmSets > 0
      ? [['confirmed by', `${confirmSets * resampling.folds} other folds: the best trials`] as const]
      : []),
    ['epochs', `at most ${settings.epochs}`],
    ['seed', String(settings.seed)],
    ['engine', `${settings.engine}, Shoal ${settings.version}`],
    ['trials', trialsOf(study)],
    ['time', timeOf(study)],
    ['dates', `created ${when(study.created)}, changed ${when(study.changed)}`],
  ];
  return factLines(facts);
}

/** Trials one below the other, best first: objectives with their spread, then parameters. */
export function trialTable(trials: readonly TrialSummary[], objectives: readonly Objective[]): string {
  const metrics = objectives.map(({ metric }) => metric);
  const parameters = parameterNames(trials);
  const searched = trials.some(({ search }) => search) ? ['in the search'] : [];
  return table(
    ['trial', ...metrics, ...searched, 'epochs', 'weights', ...parameters],
    trials.map(({ trial, objectives: spreadBy, search, epochs, weights, parameters: values }) => [
      String(trial),
      ...metrics.map((metric) => spreadText(search || searched.length === 0 ? spreadBy[metric] : undefined)),
      ...searched.map(() => spreadText((search ?? spreadBy)[metrics[0] as string])),
      short(epochs),
      String(weights),
      ...parameters.map((name) => valueText(values[name])),
    ]),
  );
}

/** One trial in full. */
export function trialFacts(best: TrialSummary): string {
  const { trial, objectives, search = {}, parameters, metrics, epochs, weights } = best;
  const own = [...Object.keys(objectives), 'epochs', 'weights'];
  const others = Object.entries(metrics).filter(([name]) => !own.includes(name));
  const rows = [
    ...Object.entries(objectives).map(([name, spread]) => [name, spreadText(spread)]),
    ...Object.entries(search).map(([name, spread]) => [`${name} in the search`, spreadText(spread)]),
    ...others.map(([name, value]) => [name, short(value)]),
    ['epochs', short(epochs)],
    ['weights', String(weights)],
    ...Object.entries(parameters).map(([name, value]) => [colors.bold(name), valueText(value)]),
  ];
  return table([`trial ${trial}`, ''], rows);
}

/** Studies side by side, a row each quantity; then the settings in which they differ. */
export function comparison(
  studies: readonly StudySummary[],
  differences: ReadonlyMap<string, readonly (ParameterValue | undefined)[]>,
): string {
  const row = (name: string, text: (study: StudySummary) => string) => [name, ...studies.map(text)];
  return table(
    ['', ...studies.map(({ name }) => name)],
    [
      row('file', ({ file }) => file),
      row('state', stateOf),
      row('best', bestValues),
      row('best trial', ({ best }) => best.map(({ trial }) => trial).join(', ') || 'none'),
      row('trials', trialsOf),
      row('time', ({ elapsedMs }) => duration(elapsedMs)),
      ...[...differences].map(([path, values]) => printable([path, ...values.map(valueText)])),
    ],
  );
}

function stateOf({ state, ended, writer }: StudySummary): string {
  if (state === 'running') return `running (process ${writer?.pid} on ${writer?.host})`;
  return state === 'over' ? `over (${ended})` : 'stopped, can be resumed';
}

function trialsOf({ trials, limits }: StudySummary): string {
  const { complete, pruned, failed, waiting } = trials;
  const ended = complete + pruned + failed;
  const parts = Object.entries({ pruned, failed, waiting }).filter(([, count]) => count > 0);
  const details = parts.map(([name, count]) => `${count} ${name}`).join(', ');
  const of = limits.trials === undefined ? '' : ` of ${limits.trials}`;
  return `${ended}${of}${details === '' ? '' : ` (${details})`}`;
}

function timeOf({ elapsedMs, limits }: StudySummary): string {
  const limit = limits.timeMs === undefined ? '' : ` of ${duration(limits.timeMs)}`;
  return `${duration(elapsedMs)}${limit}`;
}

/** The best value of each objective that the best trials have; of a Pareto front, how many they are. */
function bestValues({ best }: StudySummary): string {
  const [first] = best;
  if (!first) return 'none';
  const metrics = Object.keys(first.objectives);
  if (metrics.length > 1) return `${best.length} on the Pareto front of ${metrics.join(', ')}`;
  const confirmed = first.search ? ', confirmed' : '';
  return metrics.map((metric) => `${metric} ${spreadText(first.objectives[metric])}${confirmed}`).join();
}

const objectiveText = ({ direction, metric }: Objective) => `${direction} ${metric}`;

function withOptions({ name, ...options }: StudySettings['sampler']): string {
  const texts = Object.entries(options).map(([option, value]) => `${option} ${valueText(value)}`);
  return texts.length === 0 ? name : `${name} (${texts.join(', ')})`;
}

function spreadText(spread: Spread | undefined): string {
  if (!spread) return '';
  const { mean, standardDeviation, runs } = spread;
  return runs < 2 ? short(mean) : `${short(mean)} ± ${standardDeviation.toPrecision(2)} (${runs} runs)`;
}

/** Date and minute, in UTC. */
function when(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
