import { describe, expect, it } from 'vitest';
import { webgpuEngine } from '../../src/index.ts';
import { checkRandomTrials } from '../../src/verify/random-trials.ts';
import { gpuForTests } from '../gpu.ts';

const { context } = await gpuForTests();

/** A mistake made on purpose: what stands in place of what, and the network whose random trials should show it. */
type Bug = readonly [what: string, right: string, wrong: string, shownBy: string];

const inBoth: readonly Bug[] = [
  ['rows behind the last one count', 'select(0.0, 1.0, row + s < count)', '1.0', 'relu'],
  ['gradient not averaged over the batch', 'weight / f32(count)', 'weight', 'softplus'],
  ['validation rows train', 'place >= before_validation', 'false', 'relu'],
  [
    'every epoch in the same order',
    'epoch_order(own[SEED], p.epoch,',
    'epoch_order(own[SEED], 0u,',
    'sigmoid',
  ],
  [
    'penalty missing from the loss',
    'let penalty = f32(count) * penalty_sum();',
    'let penalty = 0.0;',
    'softplus',
  ],
  ['L2 without its factor', '2.0 * penalty.y', 'penalty.y', 'softplus'],
  [
    'clipped before the penalties',
    'let g = penalised(k, penalty);\n  if',
    'let g = gradients[k];\n  if',
    'elu',
  ],
  [
    'momentum of the wrong sign',
    'u.momentum * state_1[k] - u.rate * g;',
    '-u.momentum * state_1[k] - u.rate * g;',
    'selu',
  ],
  ['epsilon inside of the root', 'sqrt(divisor) + u.epsilon', 'sqrt(divisor + u.epsilon)', 'leaky_relu'],
  [
    'first step of a schedule twice',
    'rate_of(p.rate, p.epoch, p.step)',
    'rate_of(p.rate, p.epoch, max(p.step, 1u) - 1u)',
    'relu',
  ],
  ['plateau waits an epoch more', 'wait >= rule.patience', 'wait > rule.patience', 'sigmoid'],
  ['no cooldown', 'rule.cooldown, acts', '0u, acts', 'sigmoid'],
  [
    'stops an epoch early',
    'p.stop_wait >= own[STOP_PATIENCE]',
    'p.stop_wait + 1u >= own[STOP_PATIENCE]',
    'sigmoid',
  ],
  ['an epoch too early counts', 'before.epoch > own[STOP_FROM]', 'true', 'sigmoid'],
  ['last weights in place of the best', '{ restore_weights(); }', '{ }', 'sigmoid'],
  ['class weights ignored', 'setting(CLASS_WEIGHTS + u32(targets[s * TARGETS]))', '1.0', 'selu'],
  ['batches grow by one row', 'max(policy.batch + 1u, grown)', 'policy.batch + 1u', 'relu'],
  ['batches grow beyond their limit', 'min(most, max(policy.batch + 1u, grown))', 'grown', 'relu'],
  ['batch sizes forgotten', 'select(own[BATCH], words[0], has_begun)', 'own[BATCH]', 'relu'],
  [
    'noise of the first average, whatever its weight',
    'step_noise.x / policy.average_weight',
    'step_noise.x',
    'selu',
  ],
  [
    'noise not multiplied by the rows',
    '(sums.squared - sums.along) / sums.inverse_rows',
    'sums.squared - sums.along',
    'selu',
  ],
  [
    'noise not smoothed',
    'policy_setting(NOISE_SMOOTHING), policy.has_noise',
    '0.0, policy.has_noise',
    'selu',
  ],
  ['penalties keep their strength', 'penalty *= policy.penalty_scale', 'penalty *= 1.0', 'softplus'],
  ['the gap counts the penalties', 'unpenalised += sums.x', 'unpenalised += sums.x + penalty', 'softplus'],
];

const inLane: readonly Bug[] = [
  ['inputs behind the last not zero', 'nodes[s * NODES + i / 4u][i % 4u] = 0.0;', '', 'logistic'],
  ['dropout not scaled', '1.0 / (1.0 - rate)', '1.0', 'silu'],
];

const inSubgroup: readonly Bug[] = [
  [
    'columns that are not updated',
    '      update_weights(k, u, penalty, scales[PART_TENSORS[part]]);',
    '      if (PART_COUNTS[part] == 1u) { update_weights(k, u, penalty, scales[PART_TENSORS[part]]); }',
    'relu',
  ],
  [
    "bias of a lane's first unit for all",
    'weights[BIASES[l] + j / 4u][j % 4u]',
    'weights[BIASES[l] + j / 4u][0u]',
    'relu',
  ],
  ['penalty of one lane alone', 'total = lane_sum(lane, total);', '', 'softplus'],
  [
    'noise of copies counted',
    'MEASURES_NOISE == 1u && PART_COUNTS[part] == 1u',
    'MEASURES_NOISE == 1u',
    'selu',
  ],
  ['noise of one lane alone', 'lane_sum(lane, noise.squared)', 'noise.squared', 'selu'],
];

describe.each([
  ['lane', [...inBoth, ...inLane]],
  ['subgroup', [...inBoth.slice(1, 5), ...inSubgroup]],
] as const)('a bug planted in the kernel of a %s a trial is caught', (mapping, bugs) => {
  it.each(bugs)('%s', async (_, right, wrong, shownBy) => {
    let planted = 0;
    const engine = webgpuEngine(context, {
      mapping,
      editShader: (_name, code) => {
        planted += code.split(right).length - 1;
        return code.replaceAll(right, wrong);
      },
    });
    const results = await checkRandomTrials([{ name: mapping, engine }], {
      trials: 96,
      seed: 1,
      only: shownBy,
    });
    expect(planted).toBeGreaterThan(0);
    expect(results.filter(({ ok }) => !ok)).not.toEqual([]);
  });
});
