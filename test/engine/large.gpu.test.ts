import { expect, it } from 'vitest';
import { grids } from '../../src/engine/webgpu/grids.ts';
import { cpuEngine, type Engine, fit, mlp } from '../../src/index.ts';
import { gpuForTests } from '../gpu.ts';

const { engine } = await gpuForTests();

it('trains more parameters than one grid dimension has lanes for', async () => {
  const [x, y] = grids.adam_l2({ PARAMETERS: 2100 * 2000 }, 0, 0);
  expect(y).toBe(2);
  expect(x).toBeLessThanOrEqual(65535);
  const network = mlp({ inputs: 2100, hidden: [2000], outputs: 1, outputActivation: 'sigmoid' });
  const rows = Array.from({ length: 4 }, (_, row) =>
    Array.from({ length: 2100 }, (_, i) => Math.sin(i * (row + 1))),
  );
  const train = (on: Engine) =>
    fit(network, { engine: on, x: rows, y: [0, 1, 1, 0], loss: 'binary_crossentropy', shuffle: false });
  const [gpu, cpu] = [await train(engine), await train(cpuEngine())];
  const last = gpu.weights.length - 2001;
  for (const at of [0, 1_000_000, 4_194_304, 4_199_999, last]) {
    // One step of 1e-3; its rounding error is a small part of that.
    expect(gpu.weights[at]).toBeCloseTo(cpu.weights[at] as number, 5);
    expect(gpu.weights[at]).not.toBe(0);
  }
});
