import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import {
  type Callback,
  type EarlyStoppingOptions,
  earlyStopping,
  type Logs,
  learningRateScheduler,
  type ReduceLROnPlateauOptions,
  reduceLROnPlateau,
  terminateOnNaN,
  userCallback,
} from '../../src/train/callbacks.ts';
import { FakeTrial } from './fake-trial.ts';

/** What callbacks did with made-up results, epoch by epoch. */
interface Trace {
  readonly begin: number[];
  readonly logged: (number | undefined)[];
  readonly after: number[];
  /** Whether the epoch's weights were kept. */
  readonly kept: boolean[];
  readonly trial: FakeTrial;
}

/** Runs callbacks as training does: in their order, epoch by epoch, until one of them ends it. */
function drive(callbacks: readonly Callback[], rate: number, results: readonly Logs[]): Trace {
  const trial = new FakeTrial();
  trial.learningRate = rate;
  const states = callbacks.map((callback) => callback.create());
  const trace: Trace = { begin: [], logged: [], after: [], kept: [], trial };
  for (const state of states) state.onTrainBegin?.(trial);
  for (const [epoch, result] of results.entries()) {
    for (const state of states) state.onEpochBegin?.(epoch, trial);
    trace.begin.push(trial.learningRate);
    const logs = { ...result };
    const keptBefore = trial.kept;
    for (const state of states) state.onEpochEnd?.(epoch, logs, trial);
    trace.logged.push(logs.learning_rate);
    trace.after.push(trial.learningRate);
    trace.kept.push(trial.kept > keptBefore);
    if (trial.reason !== undefined) break;
  }
  for (const state of states) state.onTrainEnd?.(trial);
  return trace;
}

const metric = (name: string, values: readonly number[]): Logs[] =>
  values.map((value) => ({ [name]: value }));

type Runs = readonly (readonly [value: number, count: number])[];

/** One case of the recording: the results come as numbers or as NaN, Infinity and -Infinity in text. */
interface Recorded {
  readonly rate: number;
  readonly callbacks: readonly ({ readonly class: string } & Readonly<Record<string, unknown>>)[];
  readonly logs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly begin: Runs;
  readonly logged?: Runs;
  readonly after: Runs;
  readonly kept: Runs;
  readonly restored: boolean;
  readonly stopped: boolean;
}

const unrolled = (runs: Runs): number[] =>
  runs.flatMap(([value, count]) => new Array<number>(count).fill(Math.fround(value)));

function recordedCallback({ class: name, ...options }: Recorded['callbacks'][number]): Callback {
  if (name === 'ReduceLROnPlateau') return reduceLROnPlateau(options as ReduceLROnPlateauOptions);
  if (name === 'EarlyStopping') return earlyStopping(options as EarlyStoppingOptions);
  if (name === 'TerminateOnNaN') return terminateOnNaN();
  const { steps, decayRate } = options as { steps?: Runs; decayRate?: number };
  if (steps) return learningRateScheduler((epoch) => steps.findLast(([from]) => epoch >= from)?.[1] ?? 0);
  return learningRateScheduler((epoch, rate) => (epoch === 0 ? rate : rate * (decayRate ?? 1)));
}

/** Keras would go on after the recording's last epoch only where nothing stopped it. */
function recordedResults({ logs }: Recorded): Logs[] {
  const names = Object.keys(logs);
  const epochs = logs[names[0] ?? '']?.length ?? 0;
  return Array.from({ length: epochs }, (_, epoch) =>
    Object.fromEntries(names.map((name) => [name, Number(logs[name]?.[epoch])])),
  );
}

describe('callbacks replay what Keras did', () => {
  const file = new URL('../golden/keras-extra/callbacks.json', import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Recorded[] };

  it.each(cases.map((recorded, index) => ({ index, recorded })))('case $index', ({ recorded }) => {
    const { begin, logged, after, kept, trial } = drive(
      recorded.callbacks.map(recordedCallback),
      recorded.rate,
      recordedResults(recorded),
    );
    expect(begin).toEqual(unrolled(recorded.begin));
    expect(after).toEqual(unrolled(recorded.after));
    if (recorded.logged) expect(logged).toEqual(unrolled(recorded.logged));
    expect(kept.map(Number)).toEqual(unrolled(recorded.kept));
    expect(trial.restored > 0).toBe(recorded.restored);
    expect(trial.reason !== undefined).toBe(recorded.stopped);
  });

  it('covers stops, restored weights and reductions', () => {
    const count = (holds: (recorded: Recorded) => boolean) => cases.filter(holds).length;
    expect(count(({ stopped }) => stopped)).toBeGreaterThan(50);
    expect(count(({ restored }) => restored)).toBeGreaterThan(50);
    expect(count(({ after }) => after.length > 1)).toBeGreaterThan(50);
  });
});

describe('reduceLROnPlateau', () => {
  it('counts the epoch in which the cooldown runs out', () => {
    const callback = reduceLROnPlateau({ patience: 1, cooldown: 2, factor: 0.5, monitor: 'loss' });
    const { after } = drive([callback], 1, metric('loss', [1, 1, 1, 1, 1, 1]));
    // Reduced in epoch 1; epoch 2 cools, in epoch 3 the cooldown ends and the wait of 1 is over at once.
    expect(after).toEqual([1, 0.5, 0.5, 0.25, 0.25, 0.125]);
  });

  it('logs the rate before the reduction', () => {
    const callback = reduceLROnPlateau({ patience: 1, factor: 0.5, monitor: 'loss' });
    expect(drive([callback], 1, metric('loss', [1, 1, 1])).logged).toEqual([1, 1, 0.5]);
  });

  it('stops at minLr, compared in single precision', () => {
    const callback = reduceLROnPlateau({ patience: 1, factor: 0.5, minLr: 0.1, monitor: 'loss' });
    const { after } = drive([callback], 0.3, metric('loss', [1, 1, 1, 1, 1]));
    expect(after).toEqual([0.3, 0.15, 0.1, 0.1, 0.1].map(Math.fround));
  });

  it('goes on counting at minLr, so that a raised rate falls at once', () => {
    const schedule = learningRateScheduler((epoch, rate) => (epoch === 5 ? 1 : rate));
    const plateau = reduceLROnPlateau({ patience: 3, factor: 0.5, minLr: 0.1, monitor: 'loss' });
    // In single precision 0.1 is a little more than in double: it must not pass for a rate above minLr.
    const { after } = drive([schedule, plateau], 0.1, metric('loss', [1, 1, 1, 1, 1, 1]));
    expect(after).toEqual([0.1, 0.1, 0.1, 0.1, 0.1, 0.5].map(Math.fround));
  });

  it.each([
    [{ factor: 1 }, 'factor must be a finite number above 0 and below 1, got 1'],
    [{ patience: 1.5 }, 'patience must be'],
    [{ cooldown: -1 }, 'cooldown must be'],
    [{ minLr: -1 }, 'minLr must be'],
    [{ minDelta: Number.NaN }, 'minDelta must be'],
    [{ mode: 'minimum' as never }, 'mode must be one of auto, min, max'],
    [{ monitor: 'val_strangeness' }, 'mode must be min or max for monitor val_strangeness'],
    [{ min_lr: 0.1 } as never, 'did you mean minLr?'],
  ])('refuses %j', (options, message) => {
    expect(() => reduceLROnPlateau(options)).toThrow(message);
  });
});

describe('earlyStopping', () => {
  it('keeps a state for each trial', () => {
    const callback = earlyStopping({ monitor: 'loss', patience: 2 });
    const losses = metric('loss', [1, 2, 3]);
    expect(drive([callback], 1, losses).trial.reason).toBe('loss did not improve for 2 epochs');
    expect(drive([callback], 1, losses).after).toHaveLength(3);
  });

  it('restores the best weights also when training runs to its end', () => {
    const callback = earlyStopping({ monitor: 'loss', patience: 9, restoreBestWeights: true });
    const { kept, trial } = drive([callback], 1, metric('loss', [2, 1, 3]));
    expect(kept).toEqual([true, true, false]);
    expect([trial.restored, trial.reason]).toEqual([1, undefined]);
  });

  it('never stops in the first epoch, whatever the baseline', () => {
    const callback = earlyStopping({ monitor: 'loss', baseline: 0.1 });
    expect(drive([callback], 1, metric('loss', [1, 1])).after).toHaveLength(2);
  });

  it('lists the metrics when the monitored one is missing', () => {
    const missing = () => drive([earlyStopping()], 1, [{ loss: 1, accuracy: 0.5 }]);
    expect(missing).toThrow(
      new UsageError(
        'monitor must be one of loss, accuracy, got val_loss; give validation data for val_ metrics',
      ),
    );
  });

  it('refuses options that cannot be', () => {
    expect(() => earlyStopping({ patience: -1 })).toThrow('patience must be');
    expect(() => earlyStopping({ startFromEpoch: 0.5 })).toThrow('startFromEpoch must be');
    expect(() => earlyStopping({ baseline: Number.NaN })).toThrow('baseline must be');
    expect(() => earlyStopping({ restoreBestWeights: 'yes' as never })).toThrow('restoreBestWeights must be');
  });
});

describe('a change that vanishes in single precision', () => {
  it.each([
    ['min', [1, 1 - 1e-9]],
    ['max', [1, 1 + 1e-9]],
  ] as const)('is no improvement in mode %s', (mode, values) => {
    const callback = earlyStopping({ monitor: 'loss', mode });
    expect(drive([callback], 1, metric('loss', values)).trial.reason).toBeDefined();
  });
});

describe('mode auto', () => {
  it.each([
    ['val_loss', 'falls'],
    ['mae', 'falls'],
    ['val_accuracy', 'rises'],
    ['f1_score', 'rises'],
  ])('knows that a better %s %s', (monitor, way) => {
    const better = way === 'falls' ? [3, 2, 1] : [1, 2, 3];
    const stopped = (values: readonly number[]) =>
      drive([earlyStopping({ monitor })], 1, metric(monitor, values)).trial.reason !== undefined;
    expect(stopped(better)).toBe(false);
    expect(stopped(better.toReversed())).toBe(true);
  });
});

describe('learningRateScheduler', () => {
  it('leaves the log alone while later epochs have begun already', () => {
    const trial = new FakeTrial();
    const state = learningRateScheduler((epoch) => epoch + 1).create();
    state.onEpochBegin?.(0, trial);
    state.onEpochBegin?.(1, trial);
    const logs: Logs[] = [{ learning_rate: 1 }, { learning_rate: 2 }];
    logs.forEach((log, epoch) => {
      state.onEpochEnd?.(epoch, log, trial);
    });
    expect(logs).toEqual([{ learning_rate: 1 }, { learning_rate: 2 }]);
  });

  it('does not make training wait, and refuses rates that are none', () => {
    const callback = learningRateScheduler(() => Number.NaN);
    expect(callback.needsLogs).toBe(false);
    expect(() => drive([callback], 1, [{}])).toThrow('learning rate of epoch 0 must be');
  });
});

describe('terminateOnNaN', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY])('stops at a loss of %s', (loss) => {
    const { trial, after } = drive([terminateOnNaN()], 1, metric('loss', [1, loss, 1]));
    expect(after).toHaveLength(2);
    expect(trial.reason).toBe(`the loss was ${loss} in epoch 2`);
  });
});

describe('userCallback', () => {
  it('calls the hooks in order, and lets them add to the logs', () => {
    const calls: string[] = [];
    const callback = userCallback({
      onTrainBegin: () => calls.push('train begin'),
      onEpochBegin: (epoch) => calls.push(`begin ${epoch}`),
      onEpochEnd: (epoch, logs) => {
        calls.push(`end ${epoch} ${logs.loss}`);
        logs.learning_rate = 7;
      },
      onTrainEnd: () => calls.push('train end'),
    });
    expect(drive([callback], 1, metric('loss', [5])).logged).toEqual([7]);
    expect(calls).toEqual(['train begin', 'begin 0', 'end 0 5', 'train end']);
  });

  it('makes training wait only for hooks that look at results', () => {
    expect(userCallback({ onEpochBegin: () => undefined }).needsLogs).toBe(false);
    expect(userCallback({ onEpochEnd: () => undefined }).needsLogs).toBe(true);
  });

  it('refuses hooks that do not exist', () => {
    expect(() => userCallback({ onEpochStart: () => 1 } as never)).toThrow('got onEpochStart');
    expect(() => userCallback({ onTrainEnd: 3 } as never)).toThrow('onTrainEnd must be a function, got 3');
  });
});
