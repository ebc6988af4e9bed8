import type { Optimizer } from '../../model/optimizers.ts';
import type { Schedule } from '../../model/schedule.ts';
import { adamCorrections } from '../layered/rates.ts';
import type { WholeTrial } from '../whole.ts';
import { stepsPerEpoch } from '../whole-work.ts';

/** Where a trial finds its rates and corrections in the common tables. */
export interface TablePlaces {
  /** 0: the rate is kept from epoch to epoch, 1: it is set before each epoch, 2: before each step. */
  readonly rateKind: 0 | 1 | 2;
  readonly rates: number;
  readonly corrections: number;
  readonly lastCorrection: number;
}

/**
 * The numbers of all trials' learning-rate schedules and of Adam's bias corrections, which the host computes in the
 * roundings of Keras. Trials with the same schedule share one table.
 */
export class Tables {
  private readonly parts: Float32Array[] = [];
  private readonly known = new Map<unknown, number>();
  private length = 0;

  /** Adds what a trial needs. */
  add(trial: WholeTrial): TablePlaces {
    const corrections = this.addCorrections(trial);
    return { ...this.addRates(trial), ...corrections };
  }

  /** All tables in one; never empty. */
  values(): Float32Array<ArrayBuffer> {
    const all = new Float32Array(Math.max(1, this.length));
    let at = 0;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  private place(key: unknown, make: () => Float32Array): number {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const part = make();
    const at = this.length;
    this.parts.push(part);
    this.length += part.length;
    this.known.set(key, at);
    return at;
  }

  private addRates(trial: WholeTrial): Pick<TablePlaces, 'rateKind' | 'rates'> {
    const { epochRates } = trial.rules;
    if (epochRates) return { rateKind: 1, rates: this.place(epochRates, () => epochRates) };
    const { learningRate } = trial.optimizer;
    if (typeof learningRate === 'number') return { rateKind: 0, rates: 0 };
    const rateKind = learningRate.unit === 'epoch' ? 1 : 2;
    const count = learningRate.unit === 'epoch' ? trial.epochs : trial.epochs * stepsPerEpoch(trial);
    const key = learningRate.options ? `${JSON.stringify(learningRate.options)} ${count}` : learningRate;
    return { rateKind, rates: this.place(key, () => scheduledRates(learningRate, count)) };
  }

  private addCorrections(trial: WholeTrial): Pick<TablePlaces, 'corrections' | 'lastCorrection'> {
    const { optimizer } = trial;
    if (optimizer.name !== 'adam') return { corrections: 0, lastCorrection: 0 };
    const steps = Math.min(trial.epochs * stepsPerEpoch(trial), settledAfter(optimizer));
    const key = `${optimizer.beta1} ${optimizer.beta2} ${steps}`;
    return {
      corrections: this.place(key, () => adamCorrections(optimizer, steps)),
      lastCorrection: steps - 1,
    };
  }
}

function scheduledRates(schedule: Schedule, count: number): Float32Array {
  const rates = new Float32Array(count);
  let rate = 0;
  for (let index = 0; index < count; index++) {
    rate = Math.fround(schedule.at(index, rate));
    rates[index] = rate;
  }
  return rates;
}

/** Steps after which beta^t is too small to change 1 - beta^t in single precision. */
function settledAfter({ beta1, beta2 }: Extract<Optimizer, { name: 'adam' }>): number {
  const slowest = Math.max(beta1, beta2, 0.1);
  return Math.ceil((-25 * Math.LN2) / Math.log(slowest)) + 1;
}
