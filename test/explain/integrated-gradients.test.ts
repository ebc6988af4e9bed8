import { describe, expect, it } from 'vitest';
import { gaussLegendre } from '../../src/explain/gauss-legendre.ts';
import { integratedGradients } from '../../src/explain/integrated-gradients.ts';
import { mlp, predict } from '../../src/index.ts';
import { modelOf, references } from './references.ts';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe("Gauss and Legendre's rule", () => {
  it('has the published nodes and weights', () => {
    // Abramowitz and Stegun, table 25.4, n = 5, moved from [-1, 1] to [0, 1].
    const { nodes, weights } = gaussLegendre(5);
    const published = [-0.906179845938664, -0.538469310105683, 0, 0.538469310105683, 0.906179845938664];
    const shares = [
      0.236926885056189, 0.478628670499366, 0.568888888888889, 0.478628670499366, 0.236926885056189,
    ];
    published.forEach((node, i) => {
      expect(nodes[i]).toBeCloseTo((1 + node) / 2, 14);
    });
    shares.forEach((share, i) => {
      expect(weights[i]).toBeCloseTo(share / 2, 14);
    });
  });

  it.each([32, 1024])('integrates with %i nodes', (n) => {
    const { nodes, weights } = gaussLegendre(n);
    expect(weights.reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 13);
    expect(nodes.reduce((total, node, i) => total + (weights[i] as number) * Math.exp(node), 0)).toBeCloseTo(
      Math.E - 1,
      12,
    );
  });
});

describe.each(Object.entries(references))('integrated gradients of %s', (name, reference) => {
  const model = modelOf(reference);
  const x = reference.x.slice(0, 6);

  it('sum to the difference of the outputs', async () => {
    const found = await integratedGradients(model, x, { tolerance: 1e-5 });
    const outputs = await predict(model, x);
    expect(found.length).toBe(x.length * reference.sizes[2]);
    for (const { row, output, prediction, base, values, remainder } of found) {
      expect(prediction).toBe(outputs[row]?.[output]);
      // The tolerance, of outputs of up to 4.
      expect(Math.abs(prediction - base - sum(values))).toBeLessThan(5e-5);
      expect(remainder).toBeCloseTo(prediction - base - sum(values), 12);
    }
  });

  it('start from any row', async () => {
    const baseline = reference.x[10] as number[];
    const [own] = await integratedGradients(model, [baseline], { baseline });
    expect(own?.values.every((value) => value === 0)).toBe(true);
    const [outputs] = await predict(model, [baseline]);
    const [other] = await integratedGradients(model, x, { baseline });
    expect(other?.base).toBe(outputs?.[0]);
  });

  if (name !== 'regression') {
    it('explain logits too', async () => {
      const found = await integratedGradients(model, x, { scale: 'logit' });
      const outputs = await predict(model, x);
      for (const { row, prediction, base, values } of found.filter(({ output }) => output === 0)) {
        expect(Math.abs(prediction - base - sum(values))).toBeLessThan(
          1e-4 * Math.max(1, Math.abs(prediction), Math.abs(base)),
        );
        if (name === 'binary') expect(1 / (1 + Math.exp(-prediction))).toBeCloseTo(outputs[row]?.[0] ?? 0, 6);
      }
    });
  } else {
    it('refuse logits', async () => {
      await expect(integratedGradients(model, x, { scale: 'logit' })).rejects.toThrow(
        /no classifier, got logit/,
      );
    });
  }
});

describe('integrated gradients', () => {
  it('of a linear model are weight times difference', async () => {
    const { loss } = modelOf(references.regression);
    const model = {
      network: mlp({ inputs: 3, hidden: [], outputs: 1 }),
      weights: Float32Array.of(2, -1, 0, 5),
      loss,
    };
    const [found] = await integratedGradients(model, [[1, 2, 3]], { baseline: [0, 1, 1] });
    [2, -1, 0].forEach((value, i) => {
      expect(found?.values[i]).toBeCloseTo(value, 6);
    });
    expect(found).toMatchObject({ base: 4, prediction: 5, steps: 32 });
  });

  it('take more steps where 32 do not suffice, and say what they lack where none do', async () => {
    const { binary } = references;
    const steep = modelOf(binary);
    const model = { ...steep, weights: steep.weights.map((weight) => weight * 5) };
    const x = binary.x.slice(0, 6);
    const found = await integratedGradients(model, x);
    expect(Math.max(...found.map(({ steps }) => steps))).toBeGreaterThan(32);
    for (const { remainder } of found) expect(Math.abs(remainder)).toBeLessThan(1e-4);
    const hasty = await integratedGradients(model, x, { mostSteps: 32 });
    expect(hasty.every(({ steps }) => steps === 32)).toBe(true);
    expect(Math.max(...hasty.map(({ remainder }) => Math.abs(remainder)))).toBeGreaterThan(1e-4);
  });
});
