import type { Monitor, WholeTrial } from '../engine/whole.ts';
import { growBatchOnPlateau, growBatchWithNoise } from './batch-policies.ts';
import {
  type Callback,
  earlyStopping,
  learningRateScheduler,
  reduceLROnPlateau,
  terminateOnNaN,
} from './callbacks.ts';
import { adaptPenalty } from './penalty-policy.ts';
import { metricName } from './rules.ts';

/** The callbacks that do what a trial's rules say: the inverse of `epochRules`. */
export function ruleCallbacks({ rules, loss }: Pick<WholeTrial, 'rules' | 'loss'>): Callback[] {
  const { epochRates, plateau, stopping, growth, noise, penalty, stopOnNaN } = rules;
  const named = (monitor: Monitor) => metricName(monitor, loss);
  const callbacks: Callback[] = [];
  if (epochRates) callbacks.push(learningRateScheduler((epoch) => epochRates[epoch] as number));
  if (plateau) {
    const { monitor, mode, minDelta, factor, patience, cooldown, minLr } = plateau;
    const options = { mode, minDelta, factor, patience, cooldown, minLr };
    callbacks.push(reduceLROnPlateau({ ...options, monitor: named(monitor) }));
  }
  if (stopping) {
    const { monitor, mode, minDelta, patience, baseline, restoreBestWeights, startFromEpoch } = stopping;
    const options = { mode, minDelta, patience, restoreBestWeights, startFromEpoch };
    callbacks.push(
      earlyStopping({ ...options, monitor: named(monitor), ...(baseline !== undefined && { baseline }) }),
    );
  }
  if (growth) {
    const { monitor, mode, minDelta, factor, patience, cooldown, maxBatchSize } = growth;
    const options = { mode, minDelta, factor, patience, cooldown, maxBatchSize };
    callbacks.push(growBatchOnPlateau({ ...options, monitor: named(monitor) }));
  }
  if (noise) {
    const { maxBatchSize, share, smoothing } = noise;
    callbacks.push(growBatchWithNoise({ maxBatchSize, share, smoothing }));
  }
  if (penalty) {
    const { upper, lower, factor, patience, minScale, maxScale } = penalty;
    callbacks.push(adaptPenalty({ upper, lower, factor, patience, minScale, maxScale }));
  }
  if (stopOnNaN) callbacks.push(terminateOnNaN());
  return callbacks;
}
