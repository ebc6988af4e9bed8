import { UsageError } from '../core/errors.ts';
import type { TrialSettings } from '../engine/engine.ts';
import { gradientAverage, hasPenalty } from '../engine/layered/program.ts';
import type { EpochRules } from '../engine/whole.ts';
import type { Callback, CallbackRule } from './callbacks.ts';

type BatchPolicy = Extract<CallbackRule, { kind: 'growth' | 'noise' }>;

/** The policy for the batch size among a trial's callbacks. */
export function batchPolicy(callbacks: readonly Callback[]): BatchPolicy | undefined {
  const isBatchPolicy = (rule: CallbackRule | undefined): rule is BatchPolicy =>
    rule?.kind === 'growth' || rule?.kind === 'noise';
  return callbacks.map(({ rule }) => rule).find(isBatchPolicy);
}

/** @throws UsageError where a trial's policies cannot work: before training, so that none is in vain */
export function checkPolicies(
  { optimizer, network }: Pick<TrialSettings, 'optimizer' | 'network'>,
  callbacks: readonly Callback[],
  hasValidation: boolean,
): void {
  const count = (...kinds: readonly CallbackRule['kind'][]) =>
    callbacks.filter(({ rule }) => rule && kinds.includes(rule.kind)).length;
  if (count('growth', 'noise') > 1 || count('penalty') > 1) {
    throw new UsageError(
      'callbacks must have at most one policy for the batch size and one for the penalties, got more; leave one of each',
    );
  }
  if (count('noise') === 1 && gradientAverage(optimizer) === undefined) {
    throw new UsageError(
      `growBatchWithNoise must have an optimizer that keeps a mean of the gradients, got ${optimizer.name}; ` +
        'take adam, sgd, or rmsprop with centered: true',
    );
  }
  if (count('penalty') === 0) return;
  if (!hasValidation) {
    throw new UsageError('adaptPenalty must have validation rows to compare with, got none; give validation');
  }
  if (!hasPenalty(network)) {
    throw new UsageError(
      'adaptPenalty must have an L1 or L2 penalty to scale, got none; give a layer kernelRegularizer: l2(0.001)',
    );
  }
}

/** The rules with the batch sizes of their policies limited to what the rows and the device allow. */
export function withBatchLimit(rules: EpochRules, limit: number): EpochRules {
  const limited = <R extends { readonly maxBatchSize: number }>(rule: R) => ({
    ...rule,
    maxBatchSize: Math.min(rule.maxBatchSize, limit),
  });
  return {
    ...rules,
    ...(rules.growth && { growth: limited(rules.growth) }),
    ...(rules.noise && { noise: limited(rules.noise) }),
  };
}
