import { describe, expect, it } from 'vitest';
import { shapValues } from '../../src/explain/shap/shap-values.ts';
import { cpuEngine, mlp, predict, wasmEngine } from '../../src/index.ts';
import { modelOf, references } from './references.ts';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe.each(Object.entries(references))('SHAP values of %s', (_, reference) => {
  const model = modelOf(reference);
  const { x, background, base, kernel, exact } = reference.shap;

  it("are those of shap's KernelExplainer and ExactExplainer", async () => {
    const found = await shapValues(model, x, { background });
    expect(found.length).toBe(x.length * reference.sizes[2]);
    for (const { row, output, values, base: own } of found) {
      // Single precision here.
      expect(own).toBeCloseTo(base[output] as number, 5);
      values.forEach((value, column) => {
        for (const theirs of [kernel, exact]) {
          const cell = theirs[row]?.[column];
          expect(value).toBeCloseTo(typeof cell === 'number' ? cell : (cell?.[output] as number), 5);
        }
      });
    }
  });

  it.each(['exact', 'sampling'] as const)('sum to the difference of the outputs: %s', async (method) => {
    const found = await shapValues(model, x, { background, method, pairs: 3 });
    const outputs = await predict(model, x);
    for (const { row, output, values, base: own, prediction } of found) {
      // Rounding of double precision alone: what is summed are differences that cancel.
      expect(Math.abs(prediction - own - sum(values))).toBeLessThan(1e-13);
      expect(prediction).toBeCloseTo(outputs[row]?.[output] as number, 6);
    }
  });

  it('come near the exact ones by sampling, as near as their standard errors say', async () => {
    const exactly = await shapValues(model, x, { background });
    const sampled = await shapValues(model, x, { background, method: 'sampling', pairs: 40, seed: 5 });
    const scores = sampled.flatMap(({ values, standardErrors }, i) =>
      values.map((value, column) => {
        const error = value - (exactly[i]?.values[column] as number);
        return error / Math.max(standardErrors[column] as number, 1e-7);
      }),
    );
    // Of at least 12 values: the largest of 45 normal ones is beyond 4.5 once in 3,000 times.
    expect(Math.max(...scores.map(Math.abs))).toBeLessThan(4.5);
    const square = scores.reduce((total, score) => total + score ** 2, 0) / scores.length;
    expect(square).toBeGreaterThan(0.2);
    expect(square).toBeLessThan(3);
  });
});

describe('SHAP values', () => {
  const { loss } = modelOf(references.regression);
  const background = Array.from({ length: 7 }, (_, i) => [0, 1, 2, 3].map((k) => Math.sin(5 * i + k)));

  /** Shapley's formula over all orders of four columns, by a predictor of its own. */
  function bruteForce(f: (row: readonly number[]) => number, x: readonly number[]): number[] {
    const orders = permutationsOf([0, 1, 2, 3]);
    const value = (known: readonly number[]) =>
      sum(background.map((other) => f(other.map((own, k) => (known.includes(k) ? (x[k] as number) : own))))) /
      background.length;
    return x.map(
      (_, column) =>
        sum(
          orders.map((order) => {
            const before = order.slice(0, order.indexOf(column));
            return value([...before, column]) - value(before);
          }),
        ) / orders.length,
    );
  }

  it('are the mean over all orders', async () => {
    const network = mlp({ inputs: 4, hidden: [2], outputs: 1, activation: 'softplus' });
    const weights = Float32Array.of(1, -0.5, 2, 0.25, -1, 1.5, 0.75, -2, 0.1, -0.3, 1.25, -0.5, 0.2);
    const at = (i: number) => weights[i] as number;
    const softplus = (z: number) => Math.log1p(Math.exp(z));
    const f = (row: readonly number[]) => {
      const unit = (j: number) => softplus(sum(row.map((value, k) => value * at(2 * k + j))) + at(8 + j));
      return unit(0) * at(10) + unit(1) * at(11) + at(12);
    };
    const x = [0.5, -1, 1.5, 0.25];
    const [found] = await shapValues({ network, weights, loss }, [x], { background });
    bruteForce(f, x).forEach((value, column) => {
      expect(found?.values[column]).toBeCloseTo(value, 5);
    });
  });

  /** Columns 0 and 1 have the same weights, column 3 has none. */
  const network = mlp({ inputs: 4, hidden: [3], outputs: 1, activation: 'tanh' });
  const twins = Float32Array.of(1, 2, -1, 1, 2, -1, 0.5, -0.5, 1, 0, 0, 0, 0.1, 0.2, 0.3, 1, -2, 0.5, 0.25);
  const symmetric = background.map(([a = 0, , c = 0, d = 0]) => [a, a, c, d]);

  it.each(['exact', 'sampling'] as const)(
    'share alike between columns that do alike, and give nothing to those that do nothing: %s',
    async (method) => {
      const options = { background: symmetric, method, pairs: 400 };
      const [found] = await shapValues({ network, weights: twins, loss }, [[0.7, 0.7, -0.2, 5]], options);
      const [first = 0, second = 0, , last = 0] = found?.values ?? [];
      const error = Math.max(...(found?.standardErrors ?? []));
      expect(Math.abs(first)).toBeGreaterThan(0.05);
      // Exactly but for the rounding of single precision; sampled, within the errors that it states.
      expect(Math.abs(first - second)).toBeLessThan(method === 'exact' ? 1e-6 : 5 * error + 1e-6);
      expect(Math.abs(last)).toBe(0);
    },
  );

  it('do not depend on the rows beside them', async () => {
    const { binary } = references;
    const { x, background: own } = binary.shap;
    const options = { background: own, method: 'sampling' } as const;
    const together = await shapValues(modelOf(binary), x, options);
    const alone = await shapValues(modelOf(binary), [x[1] as number[]], options);
    expect(alone[0]).toEqual({ ...together[1], row: 0 });
  });

  it('are computed with bounded memory, in parts that change nothing', async () => {
    const seen: number[] = [];
    const cpu = wasmEngine();
    const engine: typeof cpu = {
      ...cpu,
      predict: (own, weights, x, rows) => {
        seen.push(rows);
        return cpu.predict(own, weights, x, rows);
      },
    };
    const x = Array.from({ length: 40 }, (_, i) => [0, 1, 2, 3].map((k) => Math.cos(3 * i + k)));
    const many = Array.from({ length: 100 }, (_, i) => [0, 1, 2, 3].map((k) => Math.sin(7 * i + k)));
    let last = [0, 1];
    const onProgress = (...progress: [number, number]) => {
      last = progress;
    };
    const found = await shapValues({ network, weights: twins, loss }, x, {
      background: many,
      engine,
      onProgress,
    });
    expect(sum(seen)).toBe(40 * 16 * 100);
    expect(Math.max(...seen)).toBeLessThanOrEqual(32_768);
    expect(seen.length).toBeGreaterThan(1);
    expect(last).toEqual([64_000, 64_000]);
    // One row of each part.
    for (const row of [3, 30]) {
      const own = x[row] as number[];
      const [lone] = await shapValues({ network, weights: twins, loss }, [own], { background: many });
      expect(lone).toEqual({ ...found[row], row: 0 });
    }
  });

  it('leave nothing behind when the engine fails or the caller cancels', async () => {
    const cpu = cpuEngine();
    let calls = 0;
    let running = 0;
    const failing: typeof cpu = {
      ...cpu,
      predict: async (...args) => {
        running++;
        try {
          if (++calls === 3) throw new Error('the device was lost');
          return await cpu.predict(...args);
        } finally {
          running--;
        }
      },
    };
    const x = Array.from({ length: 100 }, (_, i) => [0, 1, 2, 3].map((k) => Math.cos(3 * i + k)));
    const model = { network, weights: twins, loss };
    await expect(shapValues(model, x, { engine: failing })).rejects.toThrow('the device was lost');
    expect(running).toBe(0);
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    const run = shapValues(model, x, { onProgress, signal: controller.signal });
    await expect(run).rejects.toThrow(/cancelled/);
  });

  it.each([
    [{ method: 'kernel' }, /method must be one of auto, exact, sampling, got "kernel"/],
    [{ pairs: 1, method: 'sampling' }, /pairs must be a whole number of at least 2, got 1/],
    [{ background: [[1, 2]] }, /background must have 4 columns/],
    [{ outputs: [1] }, /outputs must be whole numbers from 0 to 0, got 1/],
  ])('refuse %j', async (options, message) => {
    const run = shapValues({ network, weights: twins, loss }, [[1, 2, 3, 4]], options as object);
    await expect(run).rejects.toThrow(message);
  });
});

function permutationsOf(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutationsOf(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}
