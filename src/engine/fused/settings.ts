import type { DenseLayer } from '../../model/network.ts';
import { tensorPenalties } from '../layered/session.ts';
import { policyWords, settingWords as words } from '../webgpu/shaders.generated.ts';
import { monitors, type Watch, type WholeTrial } from '../whole.ts';
import type { FusedShape } from './kernel-constants.ts';
import type { TablePlaces } from './tables.ts';

/** Metric number that stands for no rule. */
const noMonitor = monitors.length;

/** Writes a trial's own numbers as `shaders/lib/settings.wgsl` lays them out. */
export function writeSettings(
  target: Uint32Array,
  trial: WholeTrial,
  shape: FusedShape,
  places: TablePlaces,
): void {
  const floats = new Float32Array(target.buffer, target.byteOffset, target.length);
  const { optimizer, loss, window, rules } = trial;
  target[words.SEED] = trial.seed;
  target[words.BATCH] = trial.batchSize;
  target[words.EPOCHS] = trial.epochs;
  target[words.FIRST_ROW] = window.first;
  target[words.END_ROW] = window.end;
  target[words.FIRST_VALIDATION] = window.firstValidation;
  target[words.END_VALIDATION] = window.endValidation;
  target[words.SHUFFLED] = Number(trial.shuffle);
  target[words.RATE_KIND] = places.rateKind;
  target[words.RATE_TABLE] = places.rates;
  target[words.CORRECTIONS] = places.corrections;
  target[words.LAST_CORRECTION] = places.lastCorrection;
  if (optimizer.name === 'adam') {
    floats[words.FRESH_1] = 1 - optimizer.beta1;
    floats[words.FRESH_2] = 1 - optimizer.beta2;
  }
  if (optimizer.name === 'rmsprop') {
    floats[words.FRESH_2] = 1 - optimizer.rho;
    floats[words.RHO] = optimizer.rho;
  }
  if (optimizer.name !== 'sgd') floats[words.EPSILON] = optimizer.epsilon;
  if (optimizer.name !== 'adam') floats[words.MOMENTUM] = optimizer.momentum;
  floats[words.WEIGHT_DECAY] = optimizer.weightDecay;
  floats[words.CLIP] = optimizer.clip.kind === 'none' ? 0 : optimizer.clip.limit;
  floats[words.LABEL_SMOOTHING] = loss.labelSmoothing;
  const { plateau, stopping } = rules;
  target[words.PLATEAU_MONITOR] = monitorNumber(plateau);
  if (plateau) {
    floats[words.PLATEAU_SIGN] = plateau.mode === 'min' ? 1 : -1;
    floats[words.PLATEAU_DELTA] = Math.abs(plateau.minDelta);
    target[words.PLATEAU_PATIENCE] = plateau.patience;
    target[words.PLATEAU_COOLDOWN] = plateau.cooldown;
    floats[words.PLATEAU_FACTOR] = plateau.factor;
    floats[words.PLATEAU_LEAST] = plateau.minLr;
  }
  target[words.STOP_MONITOR] = monitorNumber(stopping);
  if (stopping) {
    floats[words.STOP_SIGN] = stopping.mode === 'min' ? 1 : -1;
    floats[words.STOP_DELTA] = Math.abs(stopping.minDelta);
    target[words.STOP_PATIENCE] = stopping.patience;
    target[words.STOP_FROM] = stopping.startFromEpoch;
    target[words.STOP_HAS_BASELINE] = Number(stopping.baseline !== undefined);
    floats[words.STOP_BASELINE] = stopping.baseline ?? 0;
    target[words.STOP_KEEPS] = Number(stopping.restoreBestWeights);
  }
  target[words.STOP_ON_NAN] = Number(rules.stopOnNaN);
  floats.set(tensorPenalties(trial.network), words.PENALTIES);
  const dropout = trial.network.layers.map((layer: DenseLayer) => layer.dropout);
  floats.set(dropout, shape.dropoutRates);
  floats.fill(1, shape.classWeights, shape.classWeights + shape.classes);
  floats.set(trial.classWeights ?? [], shape.classWeights);
  if (shape.adapts) writePolicies(target.subarray(shape.policies), trial);
}

/** Writes the settings of a trial's policies as `shaders/lib/policies.wgsl` lays them out. */
function writePolicies(target: Uint32Array, { batchSize, rules }: WholeTrial): void {
  const floats = new Float32Array(target.buffer, target.byteOffset, target.length);
  const { growth, noise, penalty } = rules;
  target[policyWords.MOST_BATCH] = growth?.maxBatchSize ?? noise?.maxBatchSize ?? batchSize;
  target[policyWords.GROWTH_MONITOR] = monitorNumber(growth);
  if (growth) {
    floats[policyWords.GROWTH_SIGN] = growth.mode === 'min' ? 1 : -1;
    floats[policyWords.GROWTH_DELTA] = Math.abs(growth.minDelta);
    target[policyWords.GROWTH_PATIENCE] = growth.patience;
    target[policyWords.GROWTH_COOLDOWN] = growth.cooldown;
    floats[policyWords.GROWTH_FACTOR] = growth.factor;
  }
  floats[policyWords.NOISE_SHARE] = noise?.share ?? 0;
  floats[policyWords.NOISE_SMOOTHING] = noise?.smoothing ?? 0;
  target[policyWords.PENALTY_ADAPTS] = Number(penalty !== undefined);
  if (penalty) {
    floats[policyWords.PENALTY_UPPER] = penalty.upper;
    floats[policyWords.PENALTY_LOWER] = penalty.lower;
    floats[policyWords.PENALTY_FACTOR] = penalty.factor;
    target[policyWords.PENALTY_PATIENCE] = penalty.patience;
    floats[policyWords.PENALTY_LEAST] = penalty.minScale;
    floats[policyWords.PENALTY_MOST] = penalty.maxScale;
  }
}

function monitorNumber(watch: Watch | undefined): number {
  return watch ? monitors.indexOf(watch.monitor) : noMonitor;
}
