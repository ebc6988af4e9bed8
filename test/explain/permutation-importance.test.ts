import { describe, expect, it } from 'vitest';
import { threefry, unitInterval } from '../../src/core/threefry.ts';
import { permutationImportance } from '../../src/explain/permutation-importance.ts';
import { cpuEngine, fit, mlp, prepareTable, tableFromColumns, UsageError } from '../../src/index.ts';
import { modelOf, references, worstDifference } from './references.ts';

const metricNames: Readonly<Record<string, string>> = {
  neg_log_loss: 'log_loss',
  accuracy: 'accuracy',
  roc_auc: 'roc_auc',
  neg_brier_score: 'brier_score',
  balanced_accuracy: 'balanced_accuracy',
  f1_macro: 'f1_macro',
  neg_mean_squared_error: 'mse',
  r2: 'r2',
};

const recorded = Object.entries(references).flatMap(([name, reference]) =>
  reference.importance.map((own) => [name, own.scoring, reference, own] as const),
);

describe('permutation importance', () => {
  it.each(recorded)(
    "of %s by %s is scikit-learn's for the same permutations",
    async (_, scoring, reference, own) => {
      const { x, y } = reference;
      const metric = metricNames[scoring] as string;
      const options = { metric, permutations: own.permutations };
      const found = await permutationImportance(modelOf(reference), { x, y }, options);
      // Predictions are in single precision here: losses differ by some 1e-7, times the size of the outputs.
      const tolerance = reference.head === 'linear' ? 3e-6 : 1e-6;
      const { columns } = found;
      expect(
        worstDifference(
          columns.map(({ repeats }) => repeats),
          own.importances,
        ),
      ).toBeLessThan(tolerance);
      expect(
        worstDifference(
          columns.map(({ mean }) => mean),
          own.mean,
        ),
      ).toBeLessThan(tolerance);
      expect(
        worstDifference(
          columns.map(({ standardDeviation }) => standardDeviation),
          own.std,
        ),
      ).toBeLessThan(tolerance);
    },
  );

  const { binary } = references;

  it('follows from the seed', async () => {
    const run = (seed: number) => permutationImportance(modelOf(binary), binary, { seed, repeats: 3 });
    expect(await run(1)).toEqual(await run(1));
    expect((await run(1)).columns[0]?.repeats).not.toEqual((await run(2)).columns[0]?.repeats);
  });

  it('judges several outputs of one row together', async () => {
    // Two labels a row; the second follows from column 1 alone, the first says 1/2 always.
    const network = mlp({ inputs: 2, hidden: [], outputs: 2, outputActivation: 'sigmoid' });
    const model = { network, weights: Float32Array.of(0, 0, 0, 8, 0, 0), loss: modelOf(binary).loss };
    const x = Array.from({ length: 20 }, (_, i) => [Math.sin(i), i % 2 ? 1 : -1]);
    const y = x.flatMap(([, second = 0]) => [1, second > 0 ? 1 : 0]);
    const permutations = [1, 2].map((by) => x.map((_, row) => (row + by) % 20));
    const { baseline, columns } = await permutationImportance(model, { x, y }, { permutations });
    expect(baseline).toBeCloseTo((Math.LN2 + Math.log1p(Math.exp(-8))) / 2, 6);
    expect(columns[0]?.repeats).toEqual([0, 0]);
    // Moved by one row all second labels are wrong, by two all are right; 1 - p of p near 1 has few digits left.
    expect(columns[1]?.repeats[0]).toBeCloseTo((Math.log1p(Math.exp(8)) - Math.log1p(Math.exp(-8))) / 2, 4);
    expect(columns[1]?.repeats[1]).toBe(0);
  });

  it('shuffles the features of a category together', async () => {
    const table = tableFromColumns({
      colour: Array.from({ length: 60 }, (_, i) => ['red', 'green', 'blue'][i % 3] as string),
      n: Array.from({ length: 60 }, (_, i) => Math.sin(i)),
      y: Array.from({ length: 60 }, (_, i) => (i % 3 === 1 ? 'yes' : 'no')),
    });
    const { training, preprocessor, target } = prepareTable(table, { target: 'y' });
    const network = mlp({ inputs: 4, hidden: [], outputs: 1, outputActivation: 'sigmoid' });
    // Says yes for green, which is one of the three features of the colour, in the order blue, green, red.
    const weights = Float32Array.of(0, 40, 0, 0, -20);
    const loss = { name: 'binary_crossentropy', labelSmoothing: 0 } as const;
    const model = { network, weights, loss, preprocessing: { preprocessor, target } };
    const found = await permutationImportance(model, training, { metric: 'accuracy', seed: 4 });
    expect(found.baseline).toBe(1);
    expect(found.columns.map(({ column }) => column)).toEqual(['colour', 'n']);
    // Whether a row gets another row's colour: 2 x 1/3 x 2/3 of the answers change.
    expect(Math.abs((found.columns[0]?.mean ?? 0) - 4 / 9)).toBeLessThan(0.1);
    expect(found.columns[0]?.isClear).toBe(true);
    expect(found.columns[1]).toMatchObject({ mean: 0, interval: [0, 0], isClear: false });
  });

  it('does not take noise that a network has learned for signal', async () => {
    const noise = (i: number, k: number) => 2 * unitInterval(threefry([i, k], [7, 9])[0]) - 1;
    const rows = (from: number) => ({
      x: Array.from({ length: 120 }, (_, i) => Array.from({ length: 9 }, (_, k) => 2 * noise(from + i, k))),
      y: Array.from({ length: 120 }, (_, i) => (noise(from + i, 0) + 0.3 * noise(from + i, 20) > 0 ? 1 : 0)),
    });
    const network = mlp({ inputs: 9, hidden: [16], outputs: 1, outputActivation: 'sigmoid' });
    const model = await fit(network, {
      ...rows(0),
      loss: 'binary_crossentropy',
      epochs: 150,
      seed: 1,
      engine: cpuEngine(),
    });
    const found = await permutationImportance(model, rows(500), { repeats: 30 });
    expect(found.columns[0]?.isClear).toBe(true);
    const others = found.columns.slice(1);
    // At a level of 95 % one of eight may be wrong; by the shuffles' error alone most are.
    expect(others.filter(({ isClear }) => isClear).length).toBeLessThanOrEqual(1);
    const fromShuffles = others.filter(
      ({ mean, standardErrors }) => Math.abs(mean) > 2.05 * standardErrors.repeats,
    );
    expect(fromShuffles.length).toBeGreaterThanOrEqual(4);
  });

  it.each([
    [{ repeats: 1 }, /repeats must be a whole number of at least 2, got 1/],
    [{ metric: 'mse' }, /metric must be one of log_loss, .*, got "mse"/],
    [
      {
        permutations: [
          [0, 1],
          [1, 0],
        ],
      },
      /permutations must each hold the rows 0 to 39 once, got something else in number 0/,
    ],
    [{ repeat: 3 }, /permutationImportance must have options from .*, got repeat; did you mean repeats\?/],
  ])('refuses %j', async (options, message) => {
    const { x, y } = binary;
    const run = permutationImportance(modelOf(binary), { x, y }, options as object);
    await expect(run).rejects.toThrow(UsageError);
    await expect(permutationImportance(modelOf(binary), { x, y }, options as object)).rejects.toThrow(
      message,
    );
  });

  it('ends when it is told to', async () => {
    const signal = AbortSignal.abort();
    await expect(permutationImportance(modelOf(binary), binary, { signal })).rejects.toThrow(/cancelled/);
  });
});
