import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type InitializerName, initialWeights } from '../../src/model/initializers.ts';
import { dense, mlp, sequential } from '../../src/model/network.ts';

interface Golden {
  readonly tensors: readonly {
    readonly initializer: InitializerName;
    readonly shape: readonly number[];
    readonly largest: number;
    readonly deviation: number;
  }[];
}

const file = new URL('../golden/keras-extra/initializers.json', import.meta.url);
const { tensors } = JSON.parse(readFileSync(file, 'utf8')) as Golden;

/** Draws a tensor of this shape over and over; a bias is drawn as the bias of a layer with one input. */
function draws(initializer: InitializerName, shape: readonly number[], count: number): number[] {
  const [inputs = 1, units = 1] = shape.length === 2 ? shape : [1, shape[0]];
  const options =
    shape.length === 2
      ? ({ kernelInitializer: initializer, useBias: false } as const)
      : ({ kernelInitializer: 'zeros', biasInitializer: initializer } as const);
  const network = sequential({ inputs, layers: [dense(units, options)] });
  const skipped = shape.length === 2 ? 0 : inputs * units;
  const values: number[] = [];
  for (let seed = 0; values.length < count; seed++) {
    values.push(...initialWeights(network, seed).subarray(skipped));
  }
  return values;
}

describe('initialWeights', () => {
  it.each(tensors)('draws $initializer of shape $shape as Keras does', ({ initializer, shape, ...keras }) => {
    const values = draws(initializer, shape, 40_000);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    // Five standard errors of a mean, and of a standard deviation (at most its normal one), of 40000 values.
    expect(Math.abs(mean)).toBeLessThan((5 * keras.deviation) / Math.sqrt(40_000));
    expect(Math.abs(Math.sqrt(variance) / keras.deviation - 1)).toBeLessThan(5 / Math.sqrt(2 * 40_000));
    // Both bounds are approached from below; the density near them makes 1 % ample for 40000 and 200000 draws.
    const largest = Math.max(...values.map(Math.abs));
    expect(Math.abs(largest / keras.largest - 1)).toBeLessThan(0.01);
  });

  it('lays tensors out as kernel, bias, layer by layer', () => {
    const values = (...numbers: number[]) => ({ values: numbers });
    const network = sequential({
      inputs: 2,
      layers: [
        dense(2, { kernelInitializer: values(1, 2, 3, 4), biasInitializer: 'ones' }),
        dense(1, { kernelInitializer: { values: Float32Array.of(5, 6) }, biasInitializer: 'zeros' }),
      ],
    });
    expect([...initialWeights(network, 0)]).toEqual([1, 2, 3, 4, 1, 1, 5, 6, 0]);
  });

  it('gives the same numbers for the same seed, others for another', () => {
    const network = mlp({ inputs: 3, hidden: [4], outputs: 2 });
    expect(initialWeights(network, 7)).toEqual(initialWeights(network, 7));
    expect(initialWeights(network, 7)).not.toEqual(initialWeights(network, 8));
    expect(initialWeights(network, 0xffffffff)).toHaveLength(26);
  });

  it('keeps these numbers, on which stored seeds rely', () => {
    const network = sequential({ inputs: 1, layers: [dense(3, { biasInitializer: 'he_normal' })] });
    expect([...initialWeights(network, 42)]).toMatchInlineSnapshot(`
      [
        0.5941520929336548,
        1.1298880577087402,
        0.49431270360946655,
        -0.48861584067344666,
        0.18564215302467346,
        0.7615188360214233,
      ]
    `);
  });

  it('draws a tensor the same whether or not other tensors are drawn', () => {
    const layers = (useBias: boolean) => [dense(3, { useBias, biasInitializer: 'he_normal' }), dense(2)];
    const withBias = initialWeights(sequential({ inputs: 2, layers: layers(true) }), 5);
    const without = initialWeights(sequential({ inputs: 2, layers: layers(false) }), 5);
    expect([...withBias.subarray(0, 6), ...withBias.subarray(9)]).toEqual([...without]);
  });

  it('gives tensors, biases included, different numbers', () => {
    const network = sequential({
      inputs: 3,
      layers: [dense(3, { biasInitializer: 'glorot_uniform' }), dense(3)],
    });
    const weights = [...initialWeights(network, 1)].filter((value) => value !== 0);
    expect(new Set(weights).size).toBe(weights.length);
  });

  it('refuses seeds and values that do not fit', () => {
    const network = sequential({
      inputs: 2,
      layers: [dense(2), dense(2, { biasInitializer: { values: [1] } })],
    });
    expect(() => initialWeights(network, 0)).toThrow('biasInitializer of layer 2 must have 2 values, got 1');
    expect(() => initialWeights(mlp({ inputs: 1, hidden: [], outputs: 1 }), -1)).toThrow('seed must be');
    const wrong = () =>
      sequential({ inputs: 1, layers: [dense(1, { kernelInitializer: { values: [Number.NaN] } })] });
    expect(wrong).toThrow('initializer values[0] must be a finite number, got NaN');
  });
});
