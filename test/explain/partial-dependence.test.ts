import { describe, expect, it } from 'vitest';
import { pairDependence, partialDependence } from '../../src/explain/partial-dependence.ts';
import { mlp, prepareTable, tableFromColumns } from '../../src/index.ts';
import { modelOf, references, worstDifference } from './references.ts';

/** scikit-learn gives a binary classifier's second class only, as the network does. */
describe.each(Object.entries(references))('partial dependence of %s', (_, reference) => {
  const model = modelOf(reference);
  const { x } = reference;

  it("is scikit-learn's on the same grid, and so are the individual curves", async () => {
    const { grid, average, individual } = reference.dependence;
    const found = await partialDependence(model, x, 'x1', { grid: grid[0] });
    // Single precision here.
    expect(worstDifference(found.average, average)).toBeLessThan(2e-6);
    expect(worstDifference(found.individual, individual)).toBeLessThan(2e-6);
  });

  it("is scikit-learn's on two columns", async () => {
    const { grid, average } = reference.pair;
    const found = await pairDependence(model, x, ['x0', 'x2'], { grids: grid });
    expect(worstDifference(found.average, average)).toBeLessThan(2e-6);
  });

  it('starts at 0 where it is centred', async () => {
    const plain = await partialDependence(model, x, 'x0');
    const centred = await partialDependence(model, x, 'x0', { centred: true });
    expect(centred.individual.flat().every(([first]) => first === 0)).toBe(true);
    const shift = (centred.average[0]?.[3] ?? 0) + (plain.average[0]?.[0] ?? 0);
    expect(shift).toBeCloseTo(plain.average[0]?.[3] ?? 0, 12);
  });
});

describe('the grid', () => {
  const network = mlp({ inputs: 1, hidden: [], outputs: 1 });
  const { loss } = modelOf(references.regression);
  const model = { network, weights: Float32Array.of(1, 0), loss };

  it('is of quantiles from 5 to 95 %', async () => {
    const x = Array.from({ length: 101 }, (_, i) => [i ** 2]);
    const { grid } = await partialDependence(model, x, 'x0', { gridSize: 3 });
    // Places 5, 50 and 95 of the sorted values.
    expect(grid).toEqual([25, 2500, 9025]);
  });

  it('is of all values where they are few', async () => {
    const { grid, average } = await partialDependence(model, [[3], [1], [3], [2]], 'x0');
    expect(grid).toEqual([1, 2, 3]);
    expect(average).toEqual([[1, 2, 3]]);
  });

  it('is of raw values and categories', async () => {
    const table = tableFromColumns({
      colour: Array.from({ length: 20 }, (_, i) => (i % 2 ? 'red' : 'blue')),
      size: Array.from({ length: 20 }, (_, i) => 100 + i),
      y: Array.from({ length: 20 }, (_, i) => 0.5 * i + 0.25),
    });
    const { training, preprocessor, target } = prepareTable(table, { target: 'y', task: 'regression' });
    const own = {
      network: mlp({ inputs: 3, hidden: [], outputs: 1 }),
      weights: Float32Array.of(1, 3, 2, 0),
      loss,
      preprocessing: { preprocessor, target },
    };
    const colours = await partialDependence(own, training.x, 'colour');
    expect(colours).toMatchObject({ grid: ['blue', 'red'], isCategorical: true });
    const [blue = 0, red = 0] = colours.average[0] ?? [];
    expect(red - blue).toBeCloseTo(2, 5);
    const sizes = await partialDependence(own, training.x, 'size', { grid: [100, 110] });
    const [small = 0, large = 0] = sizes.average[0] ?? [];
    const { scale = [] } = preprocessor.toJSON().scaler;
    expect(large - small).toBeCloseTo((2 * 10) / (scale[2] ?? 1), 5);
    await expect(partialDependence(own, training.x, 'colour', { grid: ['green'] })).rejects.toThrow(
      /a value of colour must be one of blue, red, got green/,
    );
    await expect(partialDependence(own, training.x, 'shape')).rejects.toThrow(
      /column must be one of colour, size/,
    );
  });
});
