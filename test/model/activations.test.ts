import { describe, expect, it } from 'vitest';
import { activation } from '../../src/model/activations.ts';

describe('activation', () => {
  it("has Keras's default parameters", () => {
    expect(activation('leaky_relu')).toEqual({ name: 'leaky_relu', parameter: 0.2 });
    expect(activation('elu')).toEqual({ name: 'elu', parameter: 1 });
    expect(activation('tanh')).toEqual({ name: 'tanh', parameter: 0 });
  });

  it("takes Keras's options", () => {
    expect(activation({ name: 'leaky_relu', negativeSlope: 0 }).parameter).toBe(0);
    expect(activation({ name: 'leaky_relu' }).parameter).toBe(0.2);
    expect(activation({ name: 'elu', alpha: 0.5 }).parameter).toBe(0.5);
    expect(activation({ name: 'gelu', approximate: true })).toEqual({ name: 'gelu_tanh', parameter: 0 });
    expect(activation({ name: 'gelu' }).name).toBe('gelu');
  });

  it('knows swish as silu', () => {
    expect(activation('swish')).toEqual({ name: 'silu', parameter: 0 });
  });

  it('takes back what it gave', () => {
    for (const spec of ['relu', 'leaky_relu', 'elu', 'softmax'] as const) {
      expect(activation(activation(spec))).toEqual(activation(spec));
    }
  });

  it('refuses names, options and parameters that do not exist', () => {
    expect(() => activation('sigmod' as never)).toThrow('did you mean sigmoid?');
    expect(() => activation({ name: 'relu', negativeSlope: 0.1 } as never)).toThrow('got negativeSlope');
    expect(() => activation({ name: 'relu', parameter: 0.1 })).toThrow('parameter must be 0');
    expect(() => activation({ name: 'elu', alpha: Number.NaN })).toThrow('got NaN');
  });
});
