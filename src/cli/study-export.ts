import { stringify } from 'csv-stringify/sync';
import { spreads } from '../study/best.ts';
import type { StudyData, TrialRecord, TrialResult } from '../study/records.ts';
import type { ParameterValue } from '../study/space-types.ts';
import { jsonText } from './json.ts';
import { parameterNames, type ReadStudy, summaryOf } from './study-summary.ts';

type Cell = string | number | boolean | null | undefined;

/**
 * All trials as CSV (RFC 4180), a row each. Text that a spreadsheet would take for a formula gets an apostrophe before
 * it; numbers stay as they are.
 */
export function studyCsv(data: StudyData): string {
  const columns = columnsOf(data);
  const rows = data.trials.map((trial) => columns.map(([, cell]) => cell(trial, data.results[trial.index])));
  return stringify([columns.map(([name]) => name), ...rows], {
    escape_formulas: true,
    cast: { boolean: String, number: (value) => (Object.is(value, -0) ? '-0' : String(value)) },
  });
}

type Column = readonly [name: string, cell: (trial: TrialRecord, result: TrialResult | undefined) => Cell];

function columnsOf({ settings, trials, results }: StudyData): Column[] {
  const isConfirmed = results.some((result) => result?.confirmation);
  const metrics = new Set(results.flatMap((result) => Object.keys(result?.metrics ?? {})));
  return [
    ['trial', ({ index }) => index],
    ['round', ({ round }) => round],
    ['state', ({ state }) => state],
    ['reason', (_, result) => result?.reason],
    ['parent', ({ parent }) => parent],
    ...settings.objectives.flatMap(({ metric }, i): Column[] => [
      [`value_${metric}`, (_, result) => result?.values[i]],
      [`std_${metric}`, (_, result) => result && spreads(result)[i]?.standardDeviation],
      ...(isConfirmed
        ? ([
            [`confirmed_${metric}`, (_, result) => result?.confirmation?.values[i]],
            [
              `confirmed_std_${metric}`,
              (_, result) => result?.confirmation && spreads(result.confirmation)[i]?.standardDeviation,
            ],
          ] satisfies Column[])
        : []),
    ]),
    ...parameterNames(trials).map(
      (name): Column => [`params_${name}`, ({ parameters }) => cellOf(parameters[name])],
    ),
    ...[...metrics].map((name): Column => [`metrics_${name}`, (_, result) => result?.metrics[name]]),
    ['epochs', (_, result) => result?.epochs],
    ['weights', (_, result) => result?.weights],
    ['started_ms', (_, result) => result?.startedMs],
    ['ended_ms', (_, result) => result?.endedMs],
  ];
}

/** Lists, such as the widths of layers, are JSON. */
function cellOf(value: ParameterValue | undefined): Cell {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

/** Everything about a study as one JSON document. @param curves learning curves too: three quarters of a study */
export function studyJson(study: ReadStudy, curves: boolean): string {
  const { data } = study;
  const { best, ...summary } = summaryOf(study);
  const trials = data.trials.map((trial) => trialDocument(trial, data.results[trial.index], curves));
  return jsonText('study export', { ...summary, settings: data.settings, trials, spans: data.spans });
}

function trialDocument(trial: TrialRecord, result: TrialResult | undefined, curves: boolean): object {
  const { index, round, state, parent, parameters } = trial;
  const record = { index, round, state, parent, parameters };
  if (!result) return record;
  const { reason, values, runs, rungs, metrics, epochs, weights, startedMs, endedMs, confirmation } = result;
  return {
    ...record,
    reason,
    values: Array.from(values),
    runs: Array.from(runs),
    rungs: Array.from(rungs),
    metrics,
    epochs,
    weights,
    startedMs,
    endedMs,
    ...(confirmation && {
      confirmation: {
        values: Array.from(confirmation.values),
        runs: Array.from(confirmation.runs),
        metrics: confirmation.metrics,
      },
    }),
    ...(curves && { curve: Array.from(result.curve) }),
  };
}
