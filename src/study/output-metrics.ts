import { wasmEngine } from '../engine/wasm/engine.ts';
import { balancedAccuracy, logLoss } from '../evaluate/metrics.ts';
import { scores } from '../evaluate/scores.ts';
import type { Objective } from './records.ts';
import type { Metrics } from './run-metrics.ts';
import type { StudyTable } from './study-table.ts';
import { metricsOfRuns } from './trial-result.ts';
import type { RunTrack, Settlement } from './trial-tracker.ts';

/**
 * Whether an objective asks for what is not known from the histories. Then outputs are computed, which is dear.
 * @param known metrics of each run
 */
export function needsOutputs(
  known: readonly Metrics[],
  { context }: StudyTable,
  objectives: readonly Objective[],
): boolean {
  return (
    context.task !== 'regression' && objectives.some(({ metric }) => known.some((own) => !(metric in own)))
  );
}

/**
 * All metrics of each run, those too that only the outputs of its final network for the validation rows tell. All are of
 * the epoch in which training ended, whose weights these are; of the common best one where weights were restored.
 */
export function outputMetrics(
  runs: readonly RunTrack[],
  settlement: Settlement,
  study: StudyTable,
): Promise<Metrics[]> {
  const isRestored = runs.some(({ outcome }) => outcome?.restoredEpoch !== undefined);
  const known = metricsOfRuns(runs, settlement, study, isRestored ? 'best' : 'last');
  return Promise.all(
    runs.map(async (run, i) => ({ ...(await metricsOf(run, study)), ...(known[i] as Metrics) })),
  );
}

async function metricsOf({ trial, outcome }: RunTrack, { table }: StudyTable): Promise<Metrics> {
  const { network, loss, window } = trial;
  const { firstValidation: first, endValidation: end } = window;
  const x = table.x.subarray(first * network.inputs, end * network.inputs);
  const truth = table.y.subarray(first, end);
  const flat = await wasmEngine().predict(network, outcome?.weights ?? [], x, end - first);
  const units = flat.length / (end - first);
  const outputs = Array.from({ length: end - first }, (_, row) =>
    Array.from(flat.subarray(row * units, (row + 1) * units)),
  );
  const { rocAuc, f1, precision, recall } = scores(loss, truth, outputs);
  const predicted = Array.from(flat, (output) => Number(output > 0.5));
  const log_loss = units === 1 ? logLoss(truth, flat) : categoricalLogLoss(truth, outputs);
  return {
    log_loss,
    f1: f1 ?? Number.NaN,
    precision: precision ?? Number.NaN,
    recall: recall ?? Number.NaN,
    ...(units === 1 && { balanced_accuracy: balancedAccuracy(truth, predicted) }),
    ...(rocAuc !== undefined && { roc_auc: rocAuc }),
  };
}

/** The mean of -log of each row's probability of its class, kept away from 0 as Keras does. */
function categoricalLogLoss(truth: ArrayLike<number>, outputs: readonly (readonly number[])[]): number {
  const least = 1e-7;
  const losses = outputs.map((row, i) => -Math.log(Math.max(least, row[truth[i] as number] as number)));
  return losses.reduce((sum, value) => sum + value, 0) / losses.length;
}
