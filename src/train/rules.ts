import { finiteNumber } from '../core/check.ts';
import type { TrialSettings } from '../engine/engine.ts';
import {
  type BatchGrowthRule,
  type EpochRules,
  type Monitor,
  monitors,
  type PlateauRule,
  type StoppingRule,
} from '../engine/whole.ts';
import type { Loss } from '../model/losses.ts';
import type { Callback, CallbackRule } from './callbacks.ts';

type RuleOf<K extends CallbackRule['kind']> = Extract<CallbackRule, { kind: K }>;

/**
 * The callbacks of a trial as rules that an engine decides by itself, in Keras's order of events.
 *
 * @returns undefined where a callback is a user's own, comes twice, watches what only the host knows, or sets rates
 * that depend on those another callback has set
 */
export function epochRules(
  { optimizer, loss }: Pick<TrialSettings, 'optimizer' | 'loss'>,
  callbacks: readonly Callback[],
  epochs: number,
  hasValidation: boolean,
): EpochRules | undefined {
  const rules = callbacks.map(({ rule }) => rule).filter((rule) => rule !== undefined);
  const kinds = new Set(rules.map(({ kind }) => kind));
  if (rules.length < callbacks.length || kinds.size < rules.length) return undefined;
  const find = <K extends CallbackRule['kind']>(kind: K) =>
    rules.find((rule): rule is RuleOf<K> => rule.kind === kind);
  const [rates, plateau, stopping] = [find('rates'), find('plateau'), find('stopping')];
  const [growth, noise, penalty] = [find('growth'), find('noise'), find('penalty')];
  if (typeof optimizer.learningRate !== 'number' && (rates || plateau)) return undefined;
  // A function of one argument cannot look at the rate that the plateau's rule has changed.
  if (rates && plateau && rates.schedule.length > 1) return undefined;
  const known = monitors.filter((monitor) => hasValidation || !monitor.startsWith('val_'));
  const byName = Object.fromEntries(known.map((monitor) => [metricName(monitor, loss), monitor]));
  const watched = [plateau, stopping, growth].filter((rule) => rule !== undefined);
  if (watched.some(({ monitor }) => !(monitor in byName))) return undefined;
  const renamed = <R extends { readonly monitor: string }>(rule: R) => ({
    ...rule,
    monitor: byName[rule.monitor] as Monitor,
  });
  return {
    ...(rates && { epochRates: chainedRates(rates.schedule, Number(optimizer.learningRate), epochs) }),
    ...(plateau && { plateau: renamed(plateau) satisfies PlateauRule }),
    ...(stopping && { stopping: renamed(stopping) satisfies StoppingRule }),
    ...(growth && { growth: renamed(growth) satisfies BatchGrowthRule }),
    ...(noise && { noise }),
    ...(penalty && { penalty }),
    stopOnNaN: kinds.has('nan'),
  };
}

/** What a rule's metric is called in the logs. */
export function metricName(monitor: Monitor, { name }: Pick<Loss, 'name'>): string {
  return monitor.replace('score', name === 'mean_squared_error' ? 'mae' : 'accuracy');
}

/** The rate of each epoch, each from the one before. */
function chainedRates(schedule: RuleOf<'rates'>['schedule'], first: number, epochs: number): Float32Array {
  const rates = new Float32Array(epochs);
  let rate = Math.fround(first);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const next = schedule(epoch, rate);
    rate = Math.fround(finiteNumber(`learning rate of epoch ${epoch}`, next, { least: 0 }));
    rates[epoch] = rate;
  }
  return rates;
}
