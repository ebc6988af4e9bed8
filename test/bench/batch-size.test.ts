import { describe, expect, it } from 'vitest';
import { type BatchPoint, type BatchSizeResult, scaledRate } from '../../bench/batch-size.ts';
import { batchSizePlot } from '../../bench/batch-size-plot.ts';

describe('scaledRate', () => {
  it('is the usual rate at the usual batch size, whatever the rule', () => {
    expect(scaledRate(32, 'sqrt')).toBe(1e-3);
    expect(scaledRate(32, 'linear')).toBe(1e-3);
  });

  it('grows with the root of the batch size, or with it up to a limit', () => {
    expect(scaledRate(512, 'sqrt')).toBeCloseTo(4e-3, 12);
    expect(scaledRate(64, 'linear')).toBeCloseTo(2e-3, 12);
    expect(scaledRate(800, 'linear')).toBe(0.01);
  });
});

describe('batchSizePlot', () => {
  const adapter = {
    description: 'an <adapter> & "more"',
    device: '',
    vendor: '',
    architecture: '',
    isSoftware: true,
    subgroupMinSize: 8,
    subgroupMaxSize: 8,
  };

  it('is SVG with a title and a description, its text escaped', () => {
    const svg = batchSizePlot(resultWith(0.3), adapter);
    expect(svg).toMatch(/^<svg [^>]*role="img"[^>]*><title [^>]*>What the batch size changes<\/title><desc /);
    expect(svg).toContain('an &lt;adapter&gt; &amp; "more", subgroup size 8');
    expect(svg).not.toContain('NaN');
  });

  it('leaves out a batch size whose trainings all diverged', () => {
    expect(batchSizePlot(resultWith(Number.NaN), adapter)).not.toMatch(/="[^"]*NaN/);
  });
});

/** Two batch sizes, of which the second has this loss. */
function resultWith(loss: number): BatchSizeResult {
  const around = (median: number) => ({ lower: 0.9 * median, median, upper: 1.2 * median });
  const point = (batchSize: number, value: number): BatchPoint => ({
    batchSize,
    learningRate: 1e-3,
    epochs: 100,
    steps: 2500,
    diverged: 0,
    ms: 5,
    epochsToBest: around(100 * value),
    msToBest: around(10 * value),
    trainingLoss: around(value),
    validationLoss: around(2 * value),
    gap: around(value),
    accuracy: around(1 - value),
  });
  const points = [point(8, 0.2), point(32, loss)];
  return {
    seeds: 3,
    scaling: 'sqrt',
    equal: 'epochs',
    quick: true,
    margin: 0.01,
    trainings: 12,
    seconds: 1,
    timed: { trials: 12, epochs: 5, rounds: 1 },
    held: points,
    scaled: points,
  };
}
