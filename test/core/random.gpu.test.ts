import { expect, it } from 'vitest';
import { epochPermutation, type Permutation, permute } from '../../src/core/permutation.ts';
import { streams, threefry, unitInterval } from '../../src/core/threefry.ts';
import type { Step } from '../../src/engine/cpu/kernel.ts';
import type { Job } from '../../src/engine/engine.ts';
import { trainingProgram } from '../../src/engine/layered/program.ts';
import { uploadJob } from '../../src/engine/layered/session.ts';
import { mlp, sgd } from '../../src/index.ts';
import { gpuForTests } from '../gpu.ts';

const { engine } = await gpuForTests();

// Both ends of the 32 bits, and seeds whose halves are not exact in one single-precision number.
const seeds = [0, 1, 42, 0xffff, 0x10000, 0x7fffffff, 0x80000001, 0xffffffff];
const units = 6;

/** A trial for each seed; the target of each row is its own index, and all pre-activations are one. */
function jobOf(rows: number, dropout: number): Job {
  const network = mlp({ inputs: 1, hidden: [units], outputs: 1, activation: 'linear', dropout });
  const weights = [...new Array(units).fill(0), ...new Array(units).fill(1), ...new Array(units + 1).fill(0)];
  const loss = { name: 'mean_squared_error', labelSmoothing: 0 } as const;
  const trials = seeds.map((seed) => ({ network, loss, optimizer: sgd(), seed, weights }));
  const y = Float32Array.from({ length: rows }, (_, row) => row);
  return { trials, training: { rows, x: new Float32Array(rows), y }, batchSize: rows, shuffle: true };
}

/** Executes one kernel of the job in each of some epochs, and reads what it wrote. */
async function outputsOf(
  job: Job,
  kernel: 'gather' | 'matmul_forward',
  buffer: string,
  steps: readonly Step[],
) {
  const program = trainingProgram(job);
  const calls = program.trainStep.filter((call) => call.kernel === kernel).slice(0, 1);
  const backend = await engine.openBackend({ ...program, trainStep: calls, evaluateStep: [] });
  try {
    uploadJob(program, backend, job);
    const results: (readonly number[])[] = [];
    for (const step of steps) {
      await backend.submit([{ calls, step }], [...seeds.keys()]);
      results.push(Array.from(await backend.read(buffer, 0, program.buffers[buffer] as number)));
    }
    return results;
  } finally {
    backend.close();
  }
}

function stepOf(rows: number, epoch: number, iteration: number): Step {
  return {
    firstRow: 0,
    rows,
    sourceRows: rows,
    shuffled: true,
    iteration,
    epoch,
    rateRow: 0,
    metricsRow: 0,
  };
}

// Around powers of two, where the number of bits changes, and beyond 16 bits.
it.each([1, 2, 3, 17, 255, 256, 257, 1000, 4096, 65_537])(
  'gather visits %i rows in the order of epochPermutation',
  async (rows) => {
    const epochs = [0, 1, 99, 65_536, 0xffffffff];
    const got = await outputsOf(
      jobOf(rows, 0),
      'gather',
      'batch_labels',
      epochs.map((epoch) => stepOf(rows, epoch, 0)),
    );
    epochs.forEach((epoch, e) => {
      const permutations = seeds.map((seed) => epochPermutation(seed, epoch, rows));
      // A row of labels is the target and its sample weight, 1.
      const differing = (got[e] as readonly number[]).findIndex((label, i) => {
        const row = Math.floor(i / 2);
        const permutation = permutations[Math.floor(row / rows)] as Permutation;
        return label !== (i % 2 === 1 ? 1 : permute(permutation, row % rows));
      });
      expect(differing).toBe(-1);
      expect(got[e]).toHaveLength(2 * rows * seeds.length);
    });
  },
);

it.each([0.1, 0.5, 0.9])('matmul_forward drops the units that threefry says, at rate %d', async (rate) => {
  const rows = 65;
  const iterations = [0, 1, 12_345, 0xffffffff];
  const got = await outputsOf(
    jobOf(rows, rate),
    'matmul_forward',
    'outputs_1',
    iterations.map((iteration) => stepOf(rows, 0, iteration)),
  );
  const stride = 8; // 6 units, padded to a multiple of four
  iterations.forEach((iteration, i) => {
    const kept = (got[i] as readonly number[]).map((output) => output !== 0);
    const want = seeds.flatMap((seed) =>
      Array.from({ length: rows * stride }, (_, at) => {
        const [row, unit] = [Math.floor(at / stride), at % stride];
        const [word] = threefry([seed, streams.dropout], [iteration, row * units + unit]);
        return unit < units && unitInterval(word) >= Math.fround(rate);
      }),
    );
    expect(kept).toEqual(want);
  });
  const scales = new Set(got.flat().filter((output) => output !== 0));
  // One subtraction, and a division that is good to 2.5 units in the last place.
  for (const scale of scales) expect(Math.abs(scale * (1 - rate) - 1)).toBeLessThan(1e-6);
});
