import { describe, expect, it } from 'vitest';
import { lossFromJson, networkFromJson, optimizerFromJson } from '../../src/model/json.ts';
import { loss } from '../../src/model/losses.ts';
import { dense, dropout, mlp, type Network, sequential } from '../../src/model/network.ts';
import { adam, adamw, rmsprop, sgd } from '../../src/model/optimizers.ts';
import { cosineDecay, customSchedule } from '../../src/model/schedules.ts';

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('networkFromJson', () => {
  const network = sequential({
    inputs: 3,
    layers: [
      dense(2, {
        activation: { name: 'leaky_relu', negativeSlope: 0.1 },
        kernelInitializer: { values: Float32Array.from([1, 2, 3, 4, 5, 6.5]) },
        biasRegularizer: { l1: 0.5 },
      }),
      dropout(0.25),
      dense(4, { activation: 'softmax', useBias: false, kernelRegularizer: { l2: 0.1 } }),
    ],
  });

  it('takes back what was stored', () => {
    expect(networkFromJson(throughJson(network))).toEqual(network);
    const other = mlp({ inputs: 5, hidden: [4, 3], outputs: 1, dropout: 0.5 });
    expect(networkFromJson(throughJson(other))).toEqual(other);
  });

  const [first, second] = network.layers as [Network['layers'][0], Network['layers'][0]];
  it.each([
    [null, 'network must be an object, got null'],
    [{ inputs: 3 }, 'network must have layers, got none'],
    [{ inputs: 3, layers: 'x' }, 'network.layers must be a list, got "x"'],
    [{ inputs: 3, layers: [7] }, 'network.layers[0] must be an object, got 7'],
    [{ inputs: 3, layers: [] }, 'at least one dense layer'],
    [{ inputs: 3, layers: [{ units: 2 }] }, 'network.layers[0] must have inputs, got none'],
    [{ inputs: 3, layers: [{ ...first, extra: 1 }] }, 'got extra'],
    [{ inputs: 4, layers: [{ ...first, dropout: 0 }] }, 'network.layers[0].inputs must be the 4 outputs'],
    [{ inputs: 3, layers: [first] }, 'dropout must stand between'],
    [{ inputs: 3, layers: [first, { ...second, units: '4' }] }, 'units must be a whole number'],
    [{ inputs: 3, layers: [first, { ...second, useBias: 'no' }] }, 'useBias must be true or false'],
    [{ inputs: 3, layers: [first, { ...second, kernelPenalty: { l2: -1 } }] }, 'l2 must be'],
    [
      { inputs: 3, layers: [first, { ...second, activation: null }] },
      'layers[1] must have activation, got none',
    ],
    [{ inputs: 3, layers: [first, { ...second, activation: 7 }] }, 'activation must be one of'],
    [
      { inputs: 3, layers: [first, { ...second, kernelInitializer: {} }] },
      'initializer values must be a list',
    ],
  ])('refuses what is not a network (%#)', (value, message) => {
    expect(() => networkFromJson(value)).toThrow(message);
  });
});

describe('optimizerFromJson', () => {
  it('takes back what was stored', () => {
    for (const given of [adam({ globalClipnorm: 1 }), adamw(), sgd({ momentum: 0.5 }), rmsprop()]) {
      expect(optimizerFromJson(throughJson(given))).toEqual(given);
    }
    expect(optimizerFromJson('sgd')).toEqual(sgd());
  });

  it('takes back a schedule', () => {
    const given = adam({ learningRate: cosineDecay({ initialLearningRate: 0.1, decaySteps: 10 }) });
    const restored = optimizerFromJson(throughJson(given));
    expect(typeof restored.learningRate === 'object' && restored.learningRate.at(5, 0)).toBeCloseTo(0.05, 8);
    expect(throughJson(restored)).toEqual(throughJson(given));
  });

  it('refuses what is not an optimizer', () => {
    expect(() => JSON.stringify(adam({ learningRate: customSchedule(() => 1) }))).toThrow('schedule must');
    expect(() => optimizerFromJson(3)).toThrow('optimizer must be an object, got 3');
    expect(() => optimizerFromJson({})).toThrow('optimizer must be one of');
    expect(() => optimizerFromJson({ name: 'adam', clip: 3 })).toThrow('clip');
    expect(() => optimizerFromJson({ name: 'adam', learningRate: null })).toThrow('learningRate must be');
  });
});

describe('lossFromJson', () => {
  it('takes back what was stored, and refuses the rest', () => {
    const given = loss({ name: 'binary_crossentropy', labelSmoothing: 0.1 });
    expect(lossFromJson(throughJson(given))).toEqual(given);
    expect(lossFromJson('mse')).toEqual(loss('mse'));
    expect(() => lossFromJson([])).toThrow('loss must be an object, got a list');
  });
});
