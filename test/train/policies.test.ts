import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type AdaptPenaltyOptions,
  adaptPenalty,
  type Callback,
  cpuEngine,
  dense,
  exponentialDecay,
  fit,
  type GrowBatchOnPlateauOptions,
  growBatchOnPlateau,
  growBatchWithNoise,
  l1l2,
  learningRateScheduler,
  makeMoons,
  mlp,
  penaltyForSize,
  reduceLROnPlateau,
  rmsprop,
  sequential,
  sgd,
  UsageError,
  userCallback,
} from '../../src/index.ts';
import { FakeTrial } from './fake-trial.ts';

/** Batch sizes after each of the epochs with these results. */
function grown(
  options: GrowBatchOnPlateauOptions,
  name: string,
  values: readonly number[],
  trial: FakeTrial,
) {
  const state = growBatchOnPlateau(options).create();
  return values.map((value, epoch) => {
    state.onEpochEnd?.(epoch, { [name]: value }, trial);
    return trial.batchSize;
  });
}

function trialOf(
  members: Partial<Pick<FakeTrial, 'batchSize' | 'largestBatch' | 'penaltyScale'>>,
): FakeTrial {
  return Object.assign(new FakeTrial(), members);
}

type Runs = readonly (readonly [value: number, count: number])[];

interface Recorded {
  readonly rate: number;
  readonly callbacks: readonly ({
    readonly class: string;
    readonly minLr?: number;
  } & GrowBatchOnPlateauOptions)[];
  readonly logs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly after: Runs;
}

/** Epochs in which Keras lowered the rate, until it was at its lowest. */
function reductions({ rate, callbacks: [callback], after }: Recorded): boolean[] {
  const lowest = Math.fround(callback?.minLr ?? 0);
  const rates = [rate, ...after.flatMap(([value, count]) => new Array<number>(count).fill(value))].map(
    Math.fround,
  );
  const end = rates.findIndex((own) => own <= lowest);
  const known = end < 0 ? rates : rates.slice(0, end + 1);
  return known.slice(1).map((own, epoch) => own < (known[epoch] as number));
}

describe('growBatchOnPlateau', () => {
  const file = new URL('../golden/keras-extra/callbacks.json', import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Recorded[] };
  const alone = cases.filter(
    ({ callbacks }) => callbacks.length === 1 && callbacks[0]?.class === 'ReduceLROnPlateau',
  );

  it('grows whenever Keras’s ReduceLROnPlateau lowers the rate', () => {
    let growths = 0;
    for (const recorded of alone) {
      const falls = reductions(recorded);
      const {
        class: _,
        minLr: __,
        factor: ___,
        ...options
      } = recorded.callbacks[0] as Recorded['callbacks'][number];
      const [[name, values]] = Object.entries(recorded.logs) as [[string, readonly (number | string)[]]];
      const trial = trialOf({ batchSize: 1 });
      // The default patience of the two differs.
      const rule = { patience: 10, ...options, factor: 1.001, maxBatchSize: 1000 };
      const sizes = [1, ...grown(rule, name, values.slice(0, falls.length).map(Number), trial)];
      expect(sizes.slice(1).map((size, epoch) => size > (sizes[epoch] as number))).toEqual(falls);
      growths += falls.filter(Boolean).length;
    }
    expect(growths).toBeGreaterThan(100);
  });

  const flat = [1, 1, 1, 1, 1, 1];
  it.each<[string, GrowBatchOnPlateauOptions, Partial<FakeTrial>, number[]]>([
    ['doubles', {}, { batchSize: 32 }, [32, 64, 128, 256, 512, 512]],
    ['rounds halves up', { factor: 1.25 }, { batchSize: 10 }, [10, 13, 16, 20, 25, 31]],
    ['grows by a row at least', { factor: 1.01 }, { batchSize: 2 }, [2, 3, 4, 5, 6, 7]],
    ['keeps its maximum', { maxBatchSize: 50 }, { batchSize: 20 }, [20, 40, 50, 50, 50, 50]],
    ['keeps to what there is room for', {}, { batchSize: 20, largestBatch: 70 }, [20, 40, 70, 70, 70, 70]],
    ['never shrinks', { maxBatchSize: 50 }, { batchSize: 60 }, [60, 60, 60, 60, 60, 60]],
  ])('%s', (_, options, members, sizes) => {
    expect(grown({ patience: 1, monitor: 'loss', ...options }, 'loss', flat, trialOf(members))).toEqual(
      sizes,
    );
  });

  it('logs the size of the epoch', () => {
    const trial = trialOf({ batchSize: 8 });
    const state = growBatchOnPlateau({ monitor: 'loss', patience: 1 }).create();
    const logs = [{ loss: 1 }, { loss: 1 }, { loss: 1 }].map((log) => ({ ...log, batch_size: 0 }));
    logs.forEach((log, epoch) => void state.onEpochEnd?.(epoch, log, trial));
    expect(logs.map(({ batch_size }) => batch_size)).toEqual([8, 8, 16]);
  });

  it.each([
    [{ factor: 1 }, 'factor must be a finite number above 1, got 1'],
    [{ patience: -1 }, 'patience must be'],
    [{ maxBatchSize: 0 }, 'maxBatchSize must be a whole number of at least 1, got 0'],
    [{ minLr: 0.1 } as never, 'growBatchOnPlateau'],
  ])('refuses %j', (options, message) => {
    expect(() => growBatchOnPlateau(options)).toThrow(message);
  });
});

describe('growBatchWithNoise', () => {
  /** Sums of one step of a row, whose noise scale is `rows`. */
  const noiseOf = (rows: number) => ({ along: 1, squared: 1 + rows, inverseRows: 1, steps: 1 });

  it('follows the share of the noise scale, at most twice as fast, and never back', () => {
    const trial = trialOf({ batchSize: 10, largestBatch: 100 });
    const state = growBatchWithNoise({ share: 0.5, smoothing: 0 }).create();
    const sizes = [10, 30, 1000, 4, 75, 90, 1000].map((rows, epoch) => {
      trial.measured = { dataLoss: 1, noise: noiseOf(rows) };
      const logs = { batch_size: 0, noise_scale: 0 };
      state.onEpochEnd?.(epoch, logs, trial);
      expect(logs.noise_scale).toBe(rows);
      return trial.batchSize;
    });
    expect(sizes).toEqual([10, 15, 30, 30, 38, 45, 90]);
  });

  it.each([
    [{ share: 0 }, 'share must be a finite number above 0, got 0'],
    [{ smoothing: 1 }, 'smoothing must be a finite number at least 0 and below 1, got 1'],
    [{ patience: 3 } as never, 'growBatchWithNoise'],
  ])('refuses %j', (options, message) => {
    expect(() => growBatchWithNoise(options)).toThrow(message);
  });
});

/** Scales after each of the epochs with these losses. */
function scales(
  options: AdaptPenaltyOptions,
  losses: readonly (readonly [training: number, validation: number])[],
) {
  const trial = new FakeTrial();
  const state = adaptPenalty(options).create();
  return losses.map(([dataLoss, validationDataLoss], epoch) => {
    trial.measured = { dataLoss, validationDataLoss };
    state.onEpochEnd?.(epoch, {}, trial);
    return trial.penaltyScale;
  });
}

describe('adaptPenalty', () => {
  it('follows the gap to the mean of two validation losses', () => {
    const losses = [
      [1, 9], // nothing to compare with yet
      [1, 1], // V = 5
      [1, 1], // a gap of 0 is not below 0
      [1, 1.2], // V = 1.1: a gap of 0.1 (in single precision a little less) is not above 0.1
      [1, 1.25], // V = 1.225
      [1, 0.5], // V = 0.875
      [0, 0.1], // V = 0.3, and any gap is large
      [Number.NaN, 1],
    ] as const;
    expect(scales({ factor: 2, upper: 0.1 + 1e-6, lower: 0 }, losses)).toEqual([1, 2, 2, 2, 4, 2, 4, 4]);
  });

  it('waits for its patience, afresh after each step, and keeps its limits', () => {
    const worse = new Array(8).fill([1, 2]);
    expect(scales({ factor: 2, patience: 2, maxScale: 5 }, worse)).toEqual([1, 1, 2, 2, 4, 4, 5, 5]);
    const better = new Array(5).fill([1, 0.5]);
    expect(scales({ factor: 2, minScale: 0.3 }, better)).toEqual([1, 0.5, 0.3, 0.3, 0.3].map(Math.fround));
  });

  it.each([
    [{ factor: 1 }, 'factor must be a finite number above 1, got 1'],
    [{ upper: 0.1, lower: 0.2 }, 'lower must be at most upper (0.1), got 0.2; lower it'],
    [{ patience: 0 }, 'patience must be a whole number of at least 1, got 0'],
    [{ minScale: 2 }, 'minScale must be a finite number above 0 and at most 1, got 2'],
    [{ maxScale: 0.5 }, 'maxScale must be a finite number at least 1, got 0.5'],
    [{ max: 2 } as never, 'adaptPenalty'],
  ])('refuses %j', (options, message) => {
    expect(() => adaptPenalty(options)).toThrow(message);
  });
});

describe('penaltyForSize', () => {
  it('multiplies by the weights per row, biases included', () => {
    const network = sequential({ inputs: 3, layers: [dense(4), dense(1, { useBias: false })] });
    // 3 * 4 + 4 + 4 = 20 weights.
    expect(penaltyForSize({ l1: 0.5, l2: 0.25 }, network, 40)).toEqual({ l1: 0.25, l2: 0.125 });
    expect(penaltyForSize({ l2: 1 }, network, 5)).toEqual({ l1: 0, l2: 4 });
    expect(() => penaltyForSize({ l2: 1 }, network, 0)).toThrow(
      'rows must be a whole number of at least 1, got 0',
    );
  });
});

const { x, y } = makeMoons({ nSamples: 90, noise: 0.3, randomState: 2 });
const validation = makeMoons({ nSamples: 40, noise: 0.3, randomState: 3 });
const penalised = mlp({
  inputs: 2,
  hidden: [6],
  outputs: 1,
  outputActivation: 'sigmoid',
  kernelRegularizer: l1l2({ l1: 1e-3, l2: 1e-3 }),
});
const shared = { x, y, validation, engine: cpuEngine(), loss: 'binary_crossentropy' } as const;

describe('a training with policies', () => {
  it('counts the steps that it takes, in schedules and in the history', async () => {
    const schedule = exponentialDecay({ initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.9 });
    const growth = growBatchOnPlateau({ patience: 1, minDelta: 1, factor: 3 });
    const options = { ...shared, batchSize: 8, epochs: 5, callbacks: [growth] };
    const { history } = await fit(penalised, { ...options, optimizer: sgd({ learningRate: schedule }) });
    const { batch_size = [], learning_rate = [], learning_rate_end = [] } = history.metrics;
    // No batch has more rows than there are.
    expect(batch_size).toEqual([8, 8, 24, 72, 90]);
    let steps = 0;
    for (const [epoch, size] of batch_size.entries()) {
      expect(learning_rate[epoch]).toBe(Math.fround(schedule.at(steps, 0)));
      steps += Math.ceil(90 / size);
      expect(learning_rate_end[epoch]).toBe(Math.fround(schedule.at(steps, 0)));
    }
    expect(steps).toBe(12 + 12 + 4 + 2 + 1);
  });

  it('records the rate after each epoch, however many epochs have begun by then', async () => {
    const rates = learningRateScheduler((epoch) => 0.1 * 0.5 ** epoch);
    const wait = userCallback({ onEpochEnd: () => undefined });
    for (const callbacks of [[rates], [rates, wait]]) {
      const { history } = await fit(penalised, { ...shared, epochs: 4, callbacks });
      expect(history.metrics.learning_rate_end).toEqual([0.1, 0.05, 0.025, 0.0125].map(Math.fround));
    }
  });

  it('is the same among callbacks of your own', async () => {
    const policies = [growBatchWithNoise(), adaptPenalty(), reduceLROnPlateau({ patience: 2 })];
    const train = async (callbacks: readonly Callback[]) =>
      (await fit(penalised, { ...shared, batchSize: 4, epochs: 16, callbacks })).weights;
    const seen: number[] = [];
    const own = userCallback({ onEpochEnd: (_, logs) => void seen.push(logs.batch_size ?? 0) });
    expect(await train([...policies, own])).toEqual(await train(policies));
    expect(seen[0]).toBe(4);
    expect(new Set(seen).size).toBeGreaterThan(2);
  });

  it.each<[string, Parameters<typeof fit>[0], readonly Callback[], object, RegExp]>([
    [
      'two batch sizes',
      penalised,
      [growBatchOnPlateau(), growBatchWithNoise()],
      {},
      /^callbacks must have at most one/,
    ],
    [
      'noise without a mean gradient',
      penalised,
      [growBatchWithNoise()],
      { optimizer: rmsprop() },
      /^growBatchWithNoise must have an optimizer that keeps a mean of the gradients, got rmsprop; take adam/,
    ],
    [
      'a gap to nothing',
      penalised,
      [adaptPenalty()],
      { validation: undefined },
      /^adaptPenalty must have validation/,
    ],
    [
      'no penalty to adapt',
      mlp({ inputs: 2, hidden: [3], outputs: 1, outputActivation: 'sigmoid' }),
      [adaptPenalty()],
      {},
      /^adaptPenalty must have an L1 or L2 penalty to scale, got none/,
    ],
  ])('refuses %s before it begins', async (_, network, callbacks, options, message) => {
    const training = fit(network, { ...shared, ...options, callbacks } as never);
    const error: unknown = await training.then(undefined, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(message);
  });

  it('leaves a batch size to those who asked for room', async () => {
    const greedy = userCallback({
      onEpochEnd(_epoch, _logs, control) {
        control.batchSize = 64;
      },
    });
    await expect(fit(penalised, { ...shared, callbacks: [greedy] })).rejects.toThrow(
      'batchSize must be a whole number from 1 to 32, got 64',
    );
  });
});
