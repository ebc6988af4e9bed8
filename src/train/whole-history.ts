import {
  type EpochColumn,
  epochColumns,
  policyColumns,
  type WholeOutcome,
  type WholeTrial,
} from '../engine/whole.ts';
import { stepsPerEpoch, trainingRows } from '../engine/whole-work.ts';
import type { History } from './history.ts';
import { metricName } from './rules.ts';

const columns = epochColumns.length;
const at = Object.fromEntries(epochColumns.map((name, index) => [name, index])) as Record<
  EpochColumn,
  number
>;

/** One epoch's results by name, from its row of `epochColumns` and, where there is one, of `policyColumns`. */
export function epochLogs(
  trial: WholeTrial,
  epoch: number,
  row: ArrayLike<number>,
  policies?: ArrayLike<number>,
): Record<string, number> {
  const { window, loss, optimizer, batchSize, rules } = trial;
  const share = (column: EpochColumn, rows: number) => (row[at[column]] as number) / rows;
  const rows = trainingRows(window);
  const validationRows = window.endValidation - window.firstValidation;
  const isRegression = loss.name === 'mean_squared_error';
  const logs: Record<string, number> = { loss: share('lossSum', rows) };
  const score = isRegression ? 'mae' : 'accuracy';
  logs[score] = share('scoreSum', rows);
  if (validationRows > 0) {
    logs.val_loss = share('valLossSum', validationRows);
    logs[`val_${score}`] = share('valScoreSum', validationRows);
  }
  const [rowsOfBatch = batchSize, noiseScale = 0, penaltyScale = 1, steps] = Array.from(policies ?? []);
  if (rules.growth || rules.noise) logs.batch_size = rowsOfBatch;
  if (rules.noise) logs.noise_scale = noiseScale;
  if (rules.penalty) logs.penalty_scale = penaltyScale;
  logs.learning_rate = row[at.rate] as number;
  const { learningRate } = optimizer;
  const rateAfter = row[at.rateAfter] as number;
  logs.learning_rate_end =
    typeof learningRate === 'number'
      ? rateAfter
      : Math.fround(
          learningRate.at(
            learningRate.unit === 'epoch' ? epoch + 1 : (steps ?? (epoch + 1) * stepsPerEpoch(trial)),
            rateAfter,
          ),
        );
  return logs;
}

/** The row of an epoch, where the trial has policies. */
export function policyRow(policies: Float32Array | undefined, epoch: number): Float32Array | undefined {
  const { length } = policyColumns;
  return policies?.subarray(epoch * length, (epoch + 1) * length);
}

/** The history of a trial that an engine trained as a whole; its lists are made when they are first asked for. */
export class WholeHistory implements History {
  private readonly trial: WholeTrial;
  private readonly outcome: WholeOutcome;
  private lists: Readonly<Record<string, readonly number[]>> | undefined;

  constructor(trial: WholeTrial, outcome: WholeOutcome) {
    this.trial = trial;
    this.outcome = outcome;
    const stopped = reason(trial, outcome);
    if (stopped !== undefined) this.stopped = stopped;
    if (outcome.restoredEpoch !== undefined) this.restoredEpoch = outcome.restoredEpoch;
  }

  readonly stopped?: string;
  readonly restoredEpoch?: number;

  get epochs(): number {
    return this.outcome.epochs;
  }

  get metrics(): Readonly<Record<string, readonly number[]>> {
    this.lists ??= this.makeLists();
    return this.lists;
  }

  /** What JSON.stringify writes. */
  toJSON(): History {
    const { epochs, metrics, stopped, restoredEpoch } = this;
    return {
      epochs,
      metrics,
      ...(stopped !== undefined && { stopped }),
      ...(restoredEpoch !== undefined && { restoredEpoch }),
    };
  }

  private makeLists(): Record<string, number[]> {
    const lists: Record<string, number[]> = {};
    for (let epoch = 0; epoch < this.epochs; epoch++) {
      const row = this.outcome.history.subarray(epoch * columns, (epoch + 1) * columns);
      const policies = policyRow(this.outcome.policies, epoch);
      for (const [name, value] of Object.entries(epochLogs(this.trial, epoch, row, policies))) {
        lists[name] ??= [];
        lists[name].push(value);
      }
    }
    return lists;
  }
}

function reason(
  { rules, window, loss }: WholeTrial,
  { status, epochs, history }: WholeOutcome,
): string | undefined {
  switch (status) {
    case 'finished':
      return undefined;
    case 'stopped': {
      const { monitor = 'loss', patience = 0 } = rules.stopping ?? {};
      const wait = Math.max(1, patience);
      return `${metricName(monitor, loss)} did not improve for ${wait} ${wait === 1 ? 'epoch' : 'epochs'}`;
    }
    case 'diverged':
      return `the loss was ${(history[(epochs - 1) * columns] as number) / trainingRows(window)} in epoch ${epochs}`;
    default:
      return status;
  }
}
