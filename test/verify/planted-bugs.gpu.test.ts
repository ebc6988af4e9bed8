import { describe, expect, it } from 'vitest';
import type { KernelName } from '../../src/engine/webgpu/shaders.generated.ts';
import { webgpuEngine } from '../../src/index.ts';
import { verifyEngine } from '../../src/verify/verify.ts';
import { gpuForTests } from '../gpu.ts';

const { context } = await gpuForTests();

/** A mistake made on purpose: in which kernel, what stands in place of what, and the case that should show it. */
type Bug = readonly [what: string, kernel: KernelName, right: string, wrong: string, shownBy: string];

const bugs: readonly Bug[] = [
  ['bias missing', 'matmul_forward', 'let z = sum + ', 'let z = sum + 0.0 * ', 'relu'],
  [
    'last row of a partial batch missing',
    'matmul_forward',
    'return step.rows; }',
    'return step.rows - 1u; }',
    'relu',
  ],
  ['last input missing', 'matmul_forward', 'return shape.inputs; }', 'return shape.inputs - 1u; }', 'relu'],
  ['dropout not scaled', 'matmul_forward', '1.0 / (1.0 - rate)', '1.0', 'silu'],
  ['dropout mask the same in every step', 'matmul_forward', 'vec2u(step.iteration,', 'vec2u(0u,', 'silu'],
  [
    'slope of leaky_relu',
    'matmul_forward',
    'vec2f(parameter * z, parameter)',
    'vec2f(parameter * z, 1.0)',
    'leaky_relu',
  ],
  ['slope of tanh', 'matmul_forward', 'vec2f(t, 1.0 - t * t)', 'vec2f(t, 1.0 - t)', 'tanh'],
  ['slope of silu', 'matmul_forward', 's * (1.0 + z * (1.0 - s))', 's', 'silu'],
  ['slope of relu', 'matmul_forward', 'vec2f(0.0), vec2f(z, 1.0)', 'vec2f(0.0, 1.0), vec2f(z, 1.0)', 'relu'],
  ['slope of elu', 'matmul_forward', 'vec2f(e - alpha, e)', 'vec2f(e - alpha, e - alpha)', 'elu'],
  ['selu not scaled', 'matmul_forward', '1.05070098 * elu', 'elu', 'selu'],
  ['slope of gelu', 'matmul_forward', 'share + z * 0.39894228', 'share + 0.39894228', 'gelu'],
  ['slope of gelu_tanh', 'matmul_forward', '0.134145', '0.044715', 'gelu_tanh'],
  ['slope of softplus', 'matmul_forward', 'vec2f(softplus(z), sigmoid(z))', 'vec2f(softplus(z))', 'softplus'],
  ['slope of sigmoid', 'matmul_forward', 'vec2f(s, s * (1.0 - s))', 'vec2f(s, s * s)', 'sigmoid'],
  [
    'softplus that overflows',
    'matmul_forward',
    'max(z, 0.0) + log(1.0 + exp(-abs(z)))',
    'log(1.0 + exp(z))',
    'softplus',
  ],
  [
    'written behind a partial batch',
    'matmul_forward',
    'return step.rows; }',
    'return step.rows + 1u; }',
    'relu',
  ],
  [
    'a trial that has stopped computed on',
    'matmul_forward',
    'trial = slots[group.z]',
    'trial = group.z',
    'selu',
  ],
  ['error function cut short', 'matmul_forward', '1.061405429', '1.06', 'gelu'],
  ['padding of the outputs not zero', 'matmul_forward', 'min(4u, shape.units - 4u * quad)', '4u', 'relu'],
  [
    'slope forgotten on the way back',
    'matmul_backward_input',
    '+ quad] *= sum',
    '+ quad] = sum',
    'leaky_relu',
  ],
  [
    'kernel read across',
    'matmul_backward_input',
    'k * shape.unit_stride',
    'k * shape.input_stride',
    'leaky_relu',
  ],
  [
    'bias gradient doubled',
    'matmul_backward_weight',
    'shape.bias_offset) / 4u + quad] = sum',
    'shape.bias_offset) / 4u + quad] = 2.0 * sum',
    'relu',
  ],
  [
    'rows of the batch before counted in',
    'matmul_backward_weight',
    'if (row >= step.rows || quad >= shape.unit_stride',
    'if (quad >= shape.unit_stride',
    'leaky_relu',
  ],
  [
    'gradient of the wrong sign',
    'loss',
    'scale * (probability - target_)',
    'scale * (target_ - probability)',
    'relu',
  ],
  ['gradient not averaged over the batch', 'loss', 'weight / f32(step.rows)', 'weight', 'relu'],
  ['labels smoothed too much', 'loss', '+ 0.5 * smoothing', '+ smoothing', 'leaky_relu'],
  [
    'sample weights ignored',
    'loss',
    'var weight = batch_labels[label + LABELS - 1u]',
    'var weight = 1.0',
    'relu',
  ],
  ['smoothing not shared among the classes', 'loss', '+ smoothing / f32(UNITS)', '+ smoothing', 'gelu'],
  ['log-sum-exp that overflows', 'loss', 'let highest = outputs[at + best]', 'let highest = 0.0', 'gelu'],
  ['probabilities that overflow', 'softmax', 'outputs[at + unit] - highest', 'outputs[at + unit]', 'gelu'],
  [
    'probabilities not of sum one',
    'softmax',
    'outputs[at + unit] /= total',
    'outputs[at + unit] *= 1.0',
    'gelu_tanh',
  ],
  ['class weights ignored', 'loss', 'CLASSES > 0u', 'CLASSES > 99u', 'selu'],
  ['penalty missing from the loss', 'loss', 'partial[0] + penalty_sum', 'partial[0]', 'elu'],
  ['half of the lanes lost in a sum', 'loss', 'var width = 32u', 'var width = 16u', 'elu'],
  [
    'accuracy of the last class, not the best',
    'loss',
    'if (outputs[at + unit] > outputs[at + best])',
    'if (true)',
    'gelu_tanh',
  ],
  ['L2 counted twice', 'penalty', 'l2 * w * w', '2.0 * l2 * w * w', 'elu'],
  ['L2 gradient halved', 'adam_l2', '2.0 * l2 * w', 'l2 * w', 'elu'],
  ['L1 gradient without its sign', 'adam_l2', 'l1 * sign(w)', 'l1', 'elu'],
  [
    'clipped also where shorter than the limit',
    'adam_l2',
    'max(sqrt(squared), limit)',
    'sqrt(squared)',
    'tanh',
  ],
  [
    'clipped by the norm of one tensor instead of all',
    'adam_l2',
    'if (CLIPPING == 3u)',
    'if (CLIPPING == 4u)',
    'elu',
  ],
  ['clipped from below only', 'sgd_l2', 'clamp(g, -limit, limit)', 'max(g, -limit)', 'selu'],
  [
    'a tensor with the penalty of the next',
    'adam_l2',
    'index >= TENSOR_OFFSETS[next]',
    'index + 1u >= TENSOR_OFFSETS[next]',
    'elu',
  ],
  ['mean gradient not taken off', 'rmsprop_l2', 'divisor -= mean * mean', 'divisor -= 0.0', 'gelu'],
  [
    'epsilon inside of the root',
    'adam_l2',
    'sqrt(divisor) + hyper[row + EPSILON]',
    'sqrt(divisor + hyper[row + EPSILON])',
    'leaky_relu',
  ],
  [
    'amsgrad keeps the smallest',
    'adam_l2',
    'max(state[v_at + PARAMETERS], v)',
    'min(state[v_at + PARAMETERS], v)',
    'leaky_relu',
  ],
  [
    'weight decay not scaled by the rate',
    'adam_l2',
    '* hyper[row + WEIGHT_DECAY] * rate.x',
    '* hyper[row + WEIGHT_DECAY]',
    'elu',
  ],
  ['step size is the bare rate', 'adam_l2', 'w - rate.y * m', 'w - rate.x * m', 'relu'],
  [
    'momentum of the wrong sign',
    'sgd_l2',
    'momentum * state[m_at] - rate.x * g',
    '-momentum * state[m_at] - rate.x * g',
    'selu',
  ],
  ['nesterov left out', 'sgd_l2', 'NESTEROV == 1u)', 'NESTEROV == 2u)', 'selu'],
  ['mean square not averaged', 'rmsprop_l2', 'fresh * (g * g)', 'g * g', 'gelu'],
  ['norm without the penalties', 'gradient_norm', '+ l1 * sign(w) + 2.0 * l2 * w;', ';', 'elu'],
  ['noise from the raw average', 'gradient_noise', 'partial[0].x / weight', 'partial[0].x', 'gelu'],
  [
    'noise with the mean square in place of the mean',
    'gradient_noise',
    'trial * STATES + AVERAGE',
    'trial * STATES',
    'gelu',
  ],
  ["weight of SGD's average", 'gradient_noise', '* weight - rate', '* weight + rate', 'selu'],
  ['penalties in the loss without them', 'loss', 'result.z, weight * result.x)', 'result.z, 0.0)', 'elu'],
  ['first row twice', 'gather', 'step.first_row + row', 'step.first_row + max(row, 1u) - 1u', 'relu'],
  [
    'every epoch in the same order',
    'gather',
    'epoch_order(seed, step.epoch,',
    'epoch_order(seed, 0u,',
    'relu',
  ],
  ['neighbour of a stopped trial', 'gather', 'let trial = slots[group.z]', 'let trial = group.z', 'selu'],
];

describe('a planted bug is caught', () => {
  it.each(bugs)('%s (%s)', async (_, kernel, right, wrong, shownBy) => {
    let planted = 0;
    const engine = webgpuEngine(context, {
      editShader: (name, code) => {
        if (name !== kernel) return code;
        planted += code.split(right).length - 1;
        return code.replaceAll(right, wrong);
      },
    });
    const { results } = await verifyEngine(engine, { filter: `kernel ${kernel} (${shownBy})` });
    expect(planted).toBeGreaterThan(0);
    expect(results.filter(({ ok }) => !ok)).not.toEqual([]);
  });
});
