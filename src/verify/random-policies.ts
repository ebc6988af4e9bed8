import { gradientAverage, hasPenalty } from '../engine/layered/program.ts';
import type { Network } from '../model/network.ts';
import type { Optimizer } from '../model/optimizers.ts';
import { growBatchOnPlateau, growBatchWithNoise } from '../train/batch-policies.ts';
import type { Callback } from '../train/callbacks.ts';
import type { TrialFitOptions } from '../train/fit.ts';
import { adaptPenalty } from '../train/penalty-policy.ts';
import type { TrainedModel } from '../train/trained-model.ts';
import type { RandomValues } from './random-values.ts';

/** Draws policies that a trial can have; none for every third. */
export function randomPolicies(random: RandomValues, optimizer: Optimizer, network: Network): Callback[] {
  const kind = random.whole(3);
  const drawn: Callback[] = [];
  if (kind === 1 && gradientAverage(optimizer) !== undefined) {
    drawn.push(growBatchWithNoise({ share: random.uniform(0.1, 2), smoothing: random.uniform(0, 0.9) }));
  } else if (kind > 0) {
    drawn.push(growth(random));
  }
  if (kind > 0 && hasPenalty(network) && random.whole(2) === 0) drawn.push(penaltySteps(random));
  return drawn;
}

function growth(random: RandomValues): Callback {
  return growBatchOnPlateau({
    monitor: random.whole(2) === 0 ? 'val_loss' : 'loss',
    factor: random.uniform(1.1, 3),
    patience: random.whole(3),
    cooldown: random.whole(3),
    minDelta: random.uniform(0, 0.05),
    maxBatchSize: 8 + random.whole(100),
  });
}

function penaltySteps(random: RandomValues): Callback {
  const lower = random.uniform(-0.3, 0.1);
  return adaptPenalty({
    lower,
    upper: lower + random.uniform(0, 0.2),
    factor: random.uniform(1.1, 2),
    patience: 1 + random.whole(2),
    minScale: random.uniform(0.2, 0.8),
    maxScale: random.uniform(1.2, 4),
  });
}

/** A batch of so much less or more of a row would be rounded to another size. */
const closeShare = 1e-3;

/** Whether a batch size that follows the gradient's noise was rounded from so near a half that both ways are right. */
export function isCloseCall({ callbacks = [] }: TrialFitOptions, { history }: TrainedModel): boolean {
  const share = callbacks.map(({ rule }) => (rule?.kind === 'noise' ? rule.share : 0)).find((own) => own > 0);
  if (share === undefined) return false;
  const { noise_scale = [], batch_size = [] } = history.metrics;
  return noise_scale.some((scale, epoch) => {
    const wanted = share * scale;
    const isBetween = wanted < 2 * (batch_size[epoch] as number) + 1;
    return isBetween && Math.abs((wanted % 1) - 0.5) < closeShare * wanted;
  });
}
