import { group, median } from 'd3-array';
import { short, table } from '../report.ts';
import type { DataName } from './job.ts';
import { type SystemName, shoalNames, type TuningResult, type TuningRun, titles } from './run.ts';
import { type Lead, leadOver } from './trace.ts';

/** Shoal's run beside another system's on the same data set with the same seed. */
export interface Comparison {
  readonly data: DataName;
  readonly seed: number;
  readonly shoal: SystemName;
  readonly other: SystemName;
  /** By the scores that are judged alike. */
  readonly lead: Lead;
  /** By both systems' own scores, where the other's are losses on all folds, too. */
  readonly ownLead?: Lead;
  readonly heldOutLoss: number;
  readonly otherHeldOutLoss: number;
}

/** Their own scores are losses of all folds, as Shoal's are. */
const crossValidating: readonly SystemName[] = ['optuna'];

/** All of Shoal's runs beside all others; those without a score are not there. */
export function comparisons(runs: readonly TuningRun[]): Comparison[] {
  const isShoal = ({ system }: TuningRun) => shoalNames.some((name) => name === system);
  return runs
    .filter(isShoal)
    .flatMap((shoal) =>
      runs
        .filter((other) => !isShoal(other) && other.data === shoal.data && other.seed === shoal.seed)
        .flatMap((other) => comparison(shoal, other) ?? []),
    );
}

function comparison(shoal: TuningRun, other: TuningRun): Comparison | undefined {
  const lead = leadOver(shoal.trace, other.trace);
  const isLikeOwn = crossValidating.includes(other.system);
  const ownLead = isLikeOwn ? leadOver(shoal.ownTrace, other.ownTrace) : undefined;
  return (
    lead && {
      ...{ data: shoal.data, seed: shoal.seed, shoal: shoal.system, other: other.system, lead },
      ...(ownLead && { ownLead }),
      heldOutLoss: shoal.heldOutLoss,
      otherHeldOutLoss: other.heldOutLoss,
    }
  );
}

export function tuningTables({ runs, seconds }: TuningResult): string[] {
  const compared = comparisons(runs);
  return [
    `best after ${seconds} s of wall time each, from the start of the process`,
    scoreTable(runs),
    "how soon Shoal had the others' best scores",
    leadTable(compared),
    'medians over the seeds (times sooner is 0 where Shoal did not reach it in the time)',
    medianTable(compared),
  ];
}

function scoreTable(runs: readonly TuningRun[]): string {
  const head = [
    ...['data', 'seed', 'system', 'tried', 'first s', 'best s', 'log loss'],
    ...['its choice', 'its own', 'held out', 'accuracy %'],
  ];
  const rows = runs.map((run) => {
    const { data, seed, system, tried, trace, ownTrace, finalLoss, heldOutLoss, heldOutAccuracy } = run;
    const best = trace.at(-1);
    return [
      ...[data, `${seed}`, titles[system], `${tried}`, number(trace[0]?.seconds), number(best?.seconds)],
      ...[best?.loss, finalLoss, ownTrace.at(-1)?.loss, heldOutLoss].map(loss),
      Number.isNaN(heldOutAccuracy) ? '-' : (100 * heldOutAccuracy).toFixed(1),
    ];
  });
  return table(head, rows, 3);
}

function leadTable(compared: readonly Comparison[]): string {
  const head = [
    ...['data', 'seed', 'Shoal', 'system', 'its best', 'after s', 'Shoal after s', 'times sooner'],
    'by own scores',
  ];
  const rows = compared.map(({ data, seed, shoal, other, lead, ownLead }) => [
    ...[data, `${seed}`, kernels(shoal), titles[other], loss(lead.loss), number(lead.seconds)],
    ...[reached(lead.reached), times(lead), times(ownLead)],
  ]);
  return table(head, rows, 4);
}

function medianTable(compared: readonly Comparison[]): string {
  const head = ['data', 'Shoal', 'system', 'times sooner', 'by own scores', 'held out', 'its held out'];
  const groups = group(compared, ({ data, shoal, other }) => `${data} ${shoal} ${other}`);
  const rows = [...groups.values()].map((seeds) => {
    const { data, shoal, other } = seeds[0] as Comparison;
    const middle = (value: (one: Comparison) => number) => median(seeds, value);
    return [
      ...[data, kernels(shoal), titles[other]],
      ...[middle(({ lead }) => lead.times), middle(({ ownLead }) => ownLead?.times ?? Number.NaN)].map(
        number,
      ),
      ...[middle((one) => one.heldOutLoss), middle((one) => one.otherHeldOutLoss)].map(loss),
    ];
  });
  return table(head, rows, 3);
}

const kernels = (system: SystemName) => (system === 'shoal-warm' ? 'cached' : 'cold');
const number = (value: number | undefined) =>
  value === undefined || Number.isNaN(value) ? '-' : short(value);
const loss = (value: number | undefined) =>
  value === undefined || Number.isNaN(value) ? '-' : value.toFixed(4);
const reached = (seconds: number) => (Number.isFinite(seconds) ? short(seconds) : 'never');
const times = (lead: Lead | undefined) => (lead ? short(lead.times) : '-');
