import type { Monitor, WholeTrial } from '../engine/whole.ts';
import {
  type Callback,
  earlyStopping,
  learningRateScheduler,
  reduceLROnPlateau,
  terminateOnNaN,
} from './callbacks.ts';
import { metricName } from './rules.ts';

/** The callbacks that do what a trial's rules say: the inverse of `epochRules`. */
export function ruleCallbacks({ rules, loss }: Pick<WholeTrial, 'rules' | 'loss'>): Callback[] {
  const { epochRates, plateau, stopping, stopOnNaN } = rules;
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
  if (stopOnNaN) callbacks.push(terminateOnNaN());
  return callbacks;
}
