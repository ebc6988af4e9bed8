// A study as Shoal makes them, of an invented response surface: for looking at reports, and for testing them.
import { threefry, unitInterval } from '../../src/core/threefry.ts';
import type {
  DeviceSpan,
  Objective,
  StudyData,
  StudySettings,
  TrialRecord,
  TrialResult,
} from '../../src/study/records.ts';
import type { Parameters, ParameterValue } from '../../src/study/space-types.ts';

export interface SyntheticOptions {
  readonly trials: number;
  readonly seed?: number;
  readonly objectives?: readonly Objective[];
  readonly folds?: number;
  readonly epochs?: number;
  /** Leaves only these parameters. */
  readonly parameters?: readonly string[];
  /** Every trial fails. */
  readonly allFail?: boolean;
  readonly settings?: Partial<StudySettings>;
}

const validationLoss: Objective = { metric: 'val_loss', direction: 'minimize' };
const shapes = [[8], [16], [32], [16, 8], [32, 16], [64, 32]];
const perRound = 100;

/** Deterministic: the same options make the same study. */
export function syntheticStudy(options: SyntheticOptions): StudyData {
  const { trials, seed = 1, objectives = [validationLoss], folds = 5, epochs = 60 } = options;
  const plan = { ...options, seed, objectives, folds, epochs };
  const pairs = Array.from({ length: trials }, (_, index) => trialOf(plan, index));
  const { spans, times } = timeline(pairs.map(({ record }) => record));
  return {
    settings: { ...settingsOf(seed, objectives, folds, epochs), ...options.settings },
    trials: pairs.map(({ record }) => record),
    results: pairs.map(({ result }, index) => ({ ...result, ...(times[index] as (typeof times)[number]) })),
    spans,
  };
}

type Plan = SyntheticOptions & Required<Pick<SyntheticOptions, 'seed' | 'objectives' | 'folds' | 'epochs'>>;
type Draw = (purpose: number) => number;

function trialOf(
  plan: Plan,
  index: number,
): { record: TrialRecord; result: Omit<TrialResult, 'startedMs' | 'endedMs'> } {
  const draw: Draw = (purpose) => unitInterval(threefry([plan.seed, index], [purpose, 0])[0]);
  const all = parametersOf(draw, index / Math.max(plan.trials, 200));
  const kept = plan.parameters;
  const parameters = Object.fromEntries(Object.entries(all).filter(([name]) => kept?.includes(name) ?? true));
  const result = resultOf(plan, index, all, draw);
  const point = Float64Array.from(Object.keys(parameters), (_, i) => draw(50 + i));
  const round = Math.floor(index / perRound);
  return { record: { index, round, parameters, point, state: result.state }, result };
}

/** Searches near the optimum more and more often. */
function parametersOf(draw: Draw, progress: number): Parameters {
  const isNear = draw(0) < 0.75 * progress;
  const between = (purpose: number, best: number) =>
    isNear ? Math.min(1, Math.max(0, best + 0.25 * (draw(purpose) + draw(purpose + 20) - 1))) : draw(purpose);
  const choose = <T>(purpose: number, values: readonly T[], best: number): T =>
    values[isNear && draw(purpose + 20) < 0.6 ? best : Math.floor(draw(purpose) * values.length)] as T;
  const penalty = choose(5, ['none', 'l2'], 1);
  return {
    learningRate: 10 ** (-5 + 4 * between(1, 0.62)),
    batchSize: choose(2, [8, 16, 32, 64, 128, 256], 2),
    hidden: choose(3, shapes, 4),
    activation: choose(4, ['relu', 'tanh', 'gelu'], 2),
    penalty,
    ...(penalty === 'l2' ? { l2: 10 ** (-6 + 5 * between(6, 0.5)) } : {}),
    optimizer: choose(7, ['adam', 'sgd', 'rmsprop'], 0),
    dropout: 0.5 * between(8, 0.3),
  };
}

function lossOf(p: Parameters, draw: Draw): number {
  const rate = Math.log10(p.learningRate as number);
  const batch = Math.log2(p.batchSize as number);
  // Larger batches want larger steps.
  const best = (p.optimizer === 'sgd' ? -1.6 : -2.6) + 0.12 * (batch - 5);
  const size = (p.hidden as number[]).reduce((a, b) => a + b, 0);
  const l2 = p.l2 === undefined ? 0.35 : Math.abs(Math.log10(p.l2 as number) + 3.5) / 5;
  const error =
    0.35 * Math.min(4, (rate - best) ** 2) +
    0.12 * Math.abs(batch - 5) +
    0.16 * Math.abs(Math.log2(size / 48)) +
    0.25 * l2 +
    2.2 * ((p.dropout as number) - 0.15) ** 2 +
    (p.activation === 'tanh' ? 0.1 : 0) +
    (p.optimizer === 'rmsprop' ? 0.08 : 0);
  return 0.068 * Math.exp(error + 0.1 * gauss(draw, 10));
}

const gauss = (draw: Draw, purpose: number) =>
  [0, 1, 2, 3].reduce((sum, i) => sum + draw(purpose + 100 * (i + 1)), -2) * Math.sqrt(3);

function resultOf(
  plan: Plan,
  index: number,
  p: Parameters,
  draw: Draw,
): Omit<TrialResult, 'startedMs' | 'endedMs'> {
  const loss = lossOf(p, draw);
  const hasFailed =
    plan.allFail || ((p.learningRate as number) > 0.06 && p.optimizer === 'sgd' && draw(11) < 0.8);
  const isPruned = !hasFailed && loss > 0.16 && draw(12) < 0.7;
  const state = hasFailed ? 'failed' : isPruned ? 'pruned' : 'complete';
  const epochs = isPruned ? Math.max(1, Math.ceil(plan.epochs / (draw(13) < 0.5 ? 9 : 3))) : plan.epochs;
  const weights = weightsOf(30, p.hidden as number[]);
  const runs = Array.from({ length: plan.folds }, (_, fold) => {
    const own = loss * (1 + 0.1 * gauss(draw, 14 + fold) + 0.05 * (fold - (plan.folds - 1) / 2));
    return plan.objectives.map(({ metric }) => (hasFailed ? Number.NaN : metricOf(metric, own, weights)));
  });
  const values = plan.objectives.map(
    (_, i) => runs.reduce((sum, run) => sum + (run[i] as number), 0) / plan.folds,
  );
  const curve = hasFailed
    ? new Float32Array(0)
    : curveOf(p, values[0] as number, loss, epochs, plan.epochs, draw);
  return {
    index,
    state,
    values: Float64Array.from(values),
    runs: Float64Array.from(runs.flat()),
    rungs: Float64Array.from(isPruned ? [loss] : []),
    metrics: hasFailed
      ? {}
      : { val_loss: loss, accuracy: metricOf('accuracy', loss, weights), loss: 0.7 * loss },
    epochs,
    weights,
    curve,
    ...(hasFailed ? { reason: 'loss was NaN in epoch 3 of fold 1' } : {}),
    ...(isPruned ? { reason: `above the median at epoch ${epochs}` } : {}),
  };
}

function metricOf(metric: string, loss: number, weights: number): number {
  if (metric === 'accuracy') return Math.max(0, 1 - 0.4 * loss);
  if (metric === 'weights') return weights;
  return metric === 'latency' ? 0.2 + weights / 4000 + loss : loss;
}

function weightsOf(inputs: number, hidden: readonly number[]): number {
  const widths = [inputs, ...hidden, 1];
  return widths.slice(1).reduce((sum, width, i) => sum + (widths[i] as number) * width + width, 0);
}

function curveOf(
  p: Parameters,
  end: number,
  loss: number,
  epochs: number,
  all: number,
  draw: Draw,
): Float32Array {
  const rate = Math.max(2, 3 + 8 * Math.abs(Math.log10(p.learningRate as number) + 2.4)) * (all / 60);
  const final = Number.isFinite(end) && end > 0 && end < 1 ? end : loss;
  const rows: number[] = [];
  const step = Math.max(1, Math.ceil(epochs / 64));
  for (let epoch = 1; epoch <= epochs; epoch += step) {
    const left = 0.63 * Math.exp(-epoch / rate);
    const noise = 1 + 0.02 * gauss(draw, 200 + epoch);
    rows.push(epoch, (0.75 * final + left) * noise, (final + left) * (1 + 0.03 * gauss(draw, 300 + epoch)));
  }
  return Float32Array.from(rows);
}

/** Rounds one after the other; within each, one launch for each shape and optimiser. */
function timeline(trials: readonly TrialRecord[]) {
  const spans: DeviceSpan[] = [];
  const times = trials.map(() => ({ startedMs: 0, endedMs: 0 }));
  let now = 0;
  for (let from = 0; from < trials.length; from += perRound) {
    const groups = new Map<string, TrialRecord[]>();
    for (const trial of trials.slice(from, from + perRound)) {
      const { hidden = [16], optimizer = 'adam' } = trial.parameters as {
        hidden?: ParameterValue[];
        optimizer?: string;
      };
      const label = `30-${hidden.join('-')}-1 ${optimizer}`;
      groups.set(label, [...(groups.get(label) ?? []), trial]);
    }
    now += 25;
    for (const [label, group] of groups) {
      const endMs = now + 60 + 9 * group.length;
      spans.push({ startMs: now, endMs, label, round: from / perRound, runs: 5 * group.length });
      for (const { index } of group) times[index] = { startedMs: now, endedMs: endMs };
      now = endMs + 4;
    }
  }
  return { spans, times };
}

function settingsOf(
  seed: number,
  objectives: readonly Objective[],
  folds: number,
  epochs: number,
): StudySettings {
  return {
    name: 'breast-cancer',
    version: '0.2.0',
    seed,
    objectives,
    space: {
      learningRate: { low: 1e-5, high: 1e-1, scale: 'log' },
      batchSize: { choices: [8, 16, 32, 64, 128, 256] },
      hidden: { choices: shapes },
    },
    sampler: { name: 'tpe' },
    pruner: { name: 'hyperband', reduction: 3 },
    resampling: { folds, repeats: 1 },
    rounds: { size: 64, overlap: true },
    epochs,
    data: {
      file: 'breast-cancer.csv',
      sha256: 'd606af411f3e5be8a317a5a8b652b425aaf0ff38ca683d5327ffff94c3695f4a',
      target: 'target',
      task: 'binary classification',
      rows: 569,
      heldOutRows: 114,
      features: 30,
      prepare: { scale: 'standard' },
    },
    engine: 'WebGPU, llvmpipe (LLVM 15.0.7, 256 bits)',
  };
}
