import { afterEach, describe, expect, it, vi } from 'vitest';
import type { KernelInput } from '../../src/engine/cpu/kernel.ts';
import { cpuKernels } from '../../src/engine/cpu/kernels/index.ts';
import type { stepSize } from '../../src/engine/layered/rates.ts';
import { cpuEngine } from '../../src/index.ts';
import { verifyEngine } from '../../src/verify/verify.ts';

const rates = vi.hoisted(() => ({ stepSize: undefined as typeof stepSize | undefined }));
vi.mock('../../src/engine/layered/rates.ts', async (original) => {
  const right = await original<{ stepSize: typeof stepSize }>();
  return {
    stepSize: (...given: Parameters<typeof stepSize>) => (rates.stepSize ?? right.stepSize)(...given),
  };
});

afterEach(() => {
  rates.stepSize = undefined;
  vi.restoreAllMocks();
});

const failuresOf = async (filter: string) =>
  (await verifyEngine(cpuEngine(), { filter })).results.filter(({ ok }) => !ok);

/** Both engines share these, or one is judged by the other: only independent formulas can tell. */
describe('a bug planted in the reference is caught', () => {
  it.each(['gradient', 'optimizer steps'])('no %s check fails without a bug', async (check) => {
    expect(await failuresOf(check)).toEqual([]);
  });

  it('by central differences: bias gradient missing', async () => {
    const right = cpuKernels.matmul_backward_weight;
    vi.spyOn(cpuKernels, 'matmul_backward_weight').mockImplementation((input) =>
      right({ ...input, constants: { ...input.constants, USE_BIAS: 0 } }),
    );
    expect(await failuresOf('gradient (relu)')).toHaveLength(1);
  });

  it('by central differences: class weights missing from the gradient', async () => {
    const right = cpuKernels.loss;
    vi.spyOn(cpuKernels, 'loss').mockImplementation((input) => {
      const { deltas } = input.buffers;
      right({ ...input, buffers: { ...input.buffers, deltas: deltas.slice() } });
      const metrics = input.buffers.metrics.slice();
      right({
        ...input,
        buffers: { ...input.buffers, metrics },
        constants: { ...input.constants, CLASSES: 0 },
      });
    });
    expect(await failuresOf('gradient (selu)')).toHaveLength(1);
  });

  it('by central differences: L2 halved where the weights are updated', async () => {
    const right = cpuKernels.sgd_l2;
    vi.spyOn(cpuKernels, 'sgd_l2').mockImplementation((input) => right(withHalfPenalties(input)));
    expect(await failuresOf('gradient (elu)')).toHaveLength(1);
  });

  it('by the textbook: Adam without its first average', async () => {
    const right = cpuKernels.adam_l2;
    vi.spyOn(cpuKernels, 'adam_l2').mockImplementation((input) => {
      input.buffers.state.fill(0);
      right(input);
    });
    expect(await failuresOf('optimizer steps (relu)')).toHaveLength(1);
  });

  it('by the textbook: norms that leave out the penalties', async () => {
    const right = cpuKernels.gradient_norm;
    vi.spyOn(cpuKernels, 'gradient_norm').mockImplementation((input) => right(withHalfPenalties(input)));
    expect(await failuresOf('optimizer steps (elu)')).toHaveLength(1);
  });
});

describe('a bug planted in the step size that all engines share is caught', () => {
  it('bias correction missing', async () => {
    rates.stepSize = (_, learningRate) => learningRate;
    expect(await failuresOf('optimizer steps (relu)')).toHaveLength(1);
  });

  it('steps counted from the second', async () => {
    rates.stepSize = (optimizer, learningRate, iteration) => {
      if (optimizer.name !== 'adam') return learningRate;
      const { beta1, beta2 } = optimizer;
      return (learningRate * Math.sqrt(1 - beta2 ** (iteration + 1))) / (1 - beta1 ** (iteration + 1));
    };
    expect(await failuresOf('optimizer steps (relu)')).toHaveLength(1);
  });
});

/** The same call with half of all L1 and L2 strengths, which stand behind the fixed numbers of each row of `hyper`. */
function withHalfPenalties<Input extends KernelInput<'sgd_l2'> | KernelInput<'gradient_norm'>>(
  input: Input,
): Input {
  const { HYPER_STRIDE, TENSORS } = input.constants;
  const firstPenalty = 10;
  const halved = input.buffers.hyper.map((value, i) => {
    const place = (i % HYPER_STRIDE) - firstPenalty;
    return place >= 0 && place < 2 * TENSORS ? value / 2 : value;
  });
  return { ...input, buffers: { ...input.buffers, hyper: halved } };
}
