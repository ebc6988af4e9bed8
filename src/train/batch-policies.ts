import { finiteNumber, knownOptions, wholeNumber } from '../core/check.ts';
import { defaultMaxBatchSize } from './batch-size.ts';
import type { Callback, CallbackState } from './callbacks.ts';
import { type MonitorOptions, monitorOf } from './monitor.ts';
import { NoiseScale } from './noise-scale.ts';
import { PlateauWatch } from './plateau.ts';

const { fround } = Math;

/** Options of `growBatchOnPlateau`; those that ReduceLROnPlateau has mean the same. */
export interface GrowBatchOnPlateauOptions extends MonitorOptions {
  /** Factor of each growth, above 1. Default 2. */
  readonly factor?: number;
  /** Epochs without improvement before a growth. Default 5. */
  readonly patience?: number;
  /** Default 0.0001. */
  readonly minDelta?: number;
  /** Epochs after a growth that do not count. Default 0. */
  readonly cooldown?: number;
  /** No batch grows beyond this, beyond the training rows, or beyond what fits the device. Default 512. */
  readonly maxBatchSize?: number;
}

/**
 * Lets the mini-batches grow when a metric stops to improve, where ReduceLROnPlateau would lower the rate: both take
 * noise out of the steps, and larger batches need fewer of them (Smith, Kindermans, Ying and Le 2018, "Don't decay the
 * learning rate, increase the batch size"). A batch of b rows becomes one of min(maxBatchSize, round(factor b)), but at
 * least of b + 1. The history gets `batch_size`.
 *
 * @throws UsageError for unknown options or settings out of range; while training, for a metric that is not logged
 */
export function growBatchOnPlateau(options: GrowBatchOnPlateauOptions = {}): Callback {
  const own = ['factor', 'patience', 'cooldown', 'maxBatchSize'];
  knownOptions('growBatchOnPlateau', options, ['monitor', 'mode', 'minDelta', ...own]);
  const { minDelta = 1e-4 } = options;
  const factor = finiteNumber('factor', options.factor ?? 2, { above: 1 });
  const patience = wholeNumber('patience', options.patience ?? 5, 0);
  const cooldown = wholeNumber('cooldown', options.cooldown ?? 0, 0);
  const maxBatchSize = wholeNumber('maxBatchSize', options.maxBatchSize ?? defaultMaxBatchSize, 1);
  const metric = monitorOf({ ...options, minDelta });
  const create = (): CallbackState => {
    const watch = new PlateauWatch(metric, patience, cooldown);
    return {
      onEpochEnd(_epoch, logs, control) {
        logs.batch_size = control.batchSize;
        const most = Math.min(maxBatchSize, control.largestBatch);
        if (!watch.acts(logs, control.batchSize < most)) return;
        control.batchSize = Math.min(most, grown(control.batchSize, factor));
      },
    };
  };
  const { name: monitor, mode } = metric;
  const rule = { kind: 'growth', monitor, mode, minDelta, factor, patience, cooldown, maxBatchSize } as const;
  return { name: 'GrowBatchOnPlateau', needsLogs: true, rule, create };
}

/** In single precision, as the kernels compute it. */
function grown(batchSize: number, factor: number): number {
  return Math.max(batchSize + 1, rounded(fround(batchSize * fround(factor))));
}

/** The nearest whole number, halves up. */
function rounded(value: number): number {
  return Math.floor(fround(value + 0.5));
}

/** Options of `growBatchWithNoise`. */
export interface GrowBatchWithNoiseOptions {
  /** No batch grows beyond this, beyond the training rows, or beyond what fits the device. Default 512. */
  readonly maxBatchSize?: number;
  /** Rows of a batch for each of the noise scale, above 0. Default 1. */
  readonly share?: number;
  /** How much of the estimate of the epochs before stays in that of an epoch, from 0 to below 1. Default 0.5. */
  readonly smoothing?: number;
}

/**
 * Lets the mini-batches grow with the gradient's noise scale B = tr(Sigma) / |G|^2 (McCandlish, Kaplan, Amodei et al.
 * 2018, "An empirical model of large-batch training"): below B rows, twice the batch saves almost half of the steps;
 * above, almost none. After each epoch a batch of b rows becomes one of share B, but never smaller than before, never
 * more than twice as large, and at most of maxBatchSize. The history gets `batch_size` and `noise_scale`.
 *
 * B is estimated without the gradients of single rows, from the steps' gradients g and the mean m of those before, which
 * the optimiser keeps: E[g . m] = |G|^2 and E[g . g] = |G|^2 + tr(Sigma) / b. docs/policies.md tells how good that is.
 *
 * @throws UsageError for unknown options or settings out of range; before training, where the optimiser keeps no mean of
 * the gradients (RMSprop that is not centered)
 */
export function growBatchWithNoise(options: GrowBatchWithNoiseOptions = {}): Callback {
  knownOptions('growBatchWithNoise', options, ['maxBatchSize', 'share', 'smoothing']);
  const maxBatchSize = wholeNumber('maxBatchSize', options.maxBatchSize ?? defaultMaxBatchSize, 1);
  const share = finiteNumber('share', options.share ?? 1, { above: 0 });
  const smoothing = finiteNumber('smoothing', options.smoothing ?? 0.5, { least: 0, below: 1 });
  const create = (): CallbackState => {
    const noise = new NoiseScale(smoothing);
    return {
      onEpochEnd(_epoch, logs, control) {
        const { batchSize, measured } = control;
        if (measured.noise) noise.add(measured.noise);
        logs.batch_size = batchSize;
        logs.noise_scale = noise.rows;
        const most = Math.min(2 * batchSize, maxBatchSize, control.largestBatch);
        const wanted = Math.min(rounded(fround(fround(share) * noise.rows)), most);
        if (wanted > batchSize) control.batchSize = wanted;
      },
    };
  };
  const rule = { kind: 'noise', maxBatchSize, share, smoothing } as const;
  return { name: 'GrowBatchWithNoise', needsLogs: true, rule, create };
}
