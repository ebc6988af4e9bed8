import { describe, expect, it } from 'vitest';
import { cpuEngine, fit, fitAll, kFold, makeMoons, mlp, UsageError } from '../../src/index.ts';

const data = makeMoons({ nSamples: 40, noise: 0.2, randomState: 1 });
const network = mlp({ inputs: 2, hidden: [3], outputs: 1, outputActivation: 'sigmoid' });
const wide = mlp({ inputs: 2, hidden: [5, 4], outputs: 1, outputActivation: 'sigmoid' });
const shared = { engine: cpuEngine(), x: data.x, y: data.y };
const loss = 'binary_crossentropy' as const;

describe('options of fit and fitAll', () => {
  it('refuses those that do not exist, and guesses which was meant', () => {
    expect(() => fit(network, { ...shared, loss, epoch: 3 } as never)).toThrow(
      /got epoch; did you mean epochs\?/,
    );
    expect(() => fitAll([{ network, loss, batchsize: 8 } as never], shared)).toThrow(
      /did you mean batchSize\?/,
    );
    expect(() => fitAll([{ network, loss }], { ...shared, seed: 1 } as never)).toThrow(UsageError);
  });

  it('names a missing engine', async () => {
    const { engine: _, ...rows } = shared;
    await expect(fit(network, { ...rows, loss } as never)).rejects.toThrow(/^engine must be what trains/);
  });

  it('trains shapes, batch sizes, epochs and folds of each trial', async () => {
    const folds = kFold(40, { nSplits: 4 });
    const trials = [
      { network, loss, epochs: 2, batchSize: 7, fold: 0 },
      { network: wide, loss, epochs: 3, fold: 3 },
      { network, loss, seed: 1, batchSize: 40, fold: 1 },
    ];
    const models = await fitAll(trials, { ...shared, folds, epochs: 1 });
    expect(models.map(({ history }) => history.epochs)).toEqual([2, 3, 1]);
    expect(models.map(({ network: own }) => own.layers.length)).toEqual([2, 3, 2]);
    expect(models.every(({ history }) => history.metrics.val_loss?.length === history.epochs)).toBe(true);
  });

  it('trains a fold on the others, in the order of the folds', async () => {
    const rows = (indices: readonly number[]) => ({
      x: indices.map((row) => Array.from(data.x.values.slice(2 * row, 2 * row + 2))),
      y: indices.map((row) => data.y[row] as number),
    });
    const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
    const options = { loss, epochs: 2, seed: 3 };
    const folds = kFold(40, { nSplits: 4 });
    const [folded] = await fitAll([{ network, loss, seed: 3, fold: 1 }], { ...shared, folds, epochs: 2 });
    const own = rows([...range(0, 10), ...range(20, 40)]);
    const apart = await fit(network, {
      engine: shared.engine,
      ...own,
      validation: rows(range(10, 20)),
      ...options,
    });
    expect(folded?.weights).toEqual(apart.weights);
    expect(folded?.history.metrics).toEqual(apart.history.metrics);
  });

  it.each([
    ['overlap', { folds: [{ test: [0, 1] }, { test: [1, 2] }] }, /do not overlap/],
    ['are none', { folds: [] }, /at least one fold/],
    ['name a row that is not there', { folds: [{ test: [40] }] }, /from 0 to 39, got 40/],
    [
      'come with validation rows',
      { folds: [{ test: [0] }], validation: data },
      /left out where folds are given/,
    ],
  ])('refuses folds that %s', async (_, options, message) => {
    await expect(fitAll([{ network, loss }], { ...shared, ...options })).rejects.toThrow(message);
  });

  it('refuses a fold that there is not, and trials that read the rows differently', async () => {
    await expect(fitAll([{ network, loss, fold: 1 }], shared)).rejects.toThrow(
      /fold must be a whole number from 0 to 0/,
    );
    const regression = { network: mlp({ inputs: 2, hidden: [3], outputs: 1 }), loss: 'mse' as const };
    await expect(fitAll([{ network, loss }, regression], shared)).rejects.toThrow(/share their loss/);
  });
});
