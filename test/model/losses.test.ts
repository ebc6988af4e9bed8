import { describe, expect, it } from 'vitest';
import { checkLossFits, loss } from '../../src/model/losses.ts';
import { mlp } from '../../src/model/network.ts';

describe('loss', () => {
  it('resolves names, aliases and objects', () => {
    expect(loss('binary_crossentropy')).toEqual({ name: 'binary_crossentropy', labelSmoothing: 0 });
    expect(loss('mse').name).toBe('mean_squared_error');
    expect(loss('sparse_categorical_crossentropy').name).toBe('categorical_crossentropy');
    expect(loss({ name: 'sparse_categorical_crossentropy', labelSmoothing: 0.1 })).toEqual({
      name: 'categorical_crossentropy',
      labelSmoothing: 0.1,
    });
  });

  it('refuses what does not exist or fit', () => {
    expect(() => loss('binary_cross_entropy' as never)).toThrow('did you mean binary_crossentropy?');
    expect(() => loss('toString' as never)).toThrow('loss must be one of');
    expect(() => loss({ name: 'binary_crossentropy', labelSmoothing: 1.1 })).toThrow('at most 1');
    expect(() => loss({ name: 'mse', labelSmoothing: 0.1 })).toThrow(
      'labelSmoothing must be 0 for mean_squared_error, got 0.1',
    );
    expect(() => loss({ name: 'mse', smoothing: 0.1 } as never)).toThrow('got smoothing');
  });
});

describe('checkLossFits', () => {
  const network = (outputActivation: 'sigmoid' | 'linear' | 'softmax' | 'tanh', outputs = 3) =>
    mlp({ inputs: 2, hidden: [], outputs, outputActivation });

  it.each([
    ['binary_crossentropy', ['sigmoid', 'linear']],
    ['categorical_crossentropy', ['softmax', 'linear']],
    ['mean_squared_error', ['sigmoid', 'linear', 'tanh']],
  ] as const)('lets %s follow %j only', (name, fitting) => {
    for (const activation of ['sigmoid', 'linear', 'softmax', 'tanh'] as const) {
      const check = () => checkLossFits(network(activation), loss(name));
      if ((fitting as readonly string[]).includes(activation)) expect(check).not.toThrow();
      else expect(check).toThrow(`for ${name}, got ${activation}`);
    }
  });

  it('wants an output for each class', () => {
    expect(() => checkLossFits(network('softmax', 1), loss('categorical_crossentropy'))).toThrow(
      'use binary_crossentropy',
    );
  });
});
