import { describe, expect, it } from 'vitest';
import { countWeights, dense, dropout, mlp, sequential } from '../../src/model/network.ts';
import { describeNetwork, networkSummary } from '../../src/model/network-summary.ts';
import { l2 } from '../../src/model/regularizers.ts';

describe('sequential', () => {
  it('joins layers and folds dropout into the layer before', () => {
    const network = sequential({
      inputs: 10,
      layers: [
        dense(16, { activation: 'relu', kernelRegularizer: l2(0.1) }),
        dropout(0.2),
        dense(1, { activation: 'sigmoid', useBias: false, biasInitializer: 'ones' }),
      ],
    });
    const [hidden, output] = network.layers;
    expect(hidden).toEqual({
      inputs: 10,
      units: 16,
      activation: { name: 'relu', parameter: 0 },
      useBias: true,
      kernelInitializer: 'glorot_uniform',
      biasInitializer: 'zeros',
      kernelPenalty: { l1: 0, l2: 0.1 },
      biasPenalty: { l1: 0, l2: 0 },
      dropout: 0.2,
    });
    expect(output).toMatchObject({ inputs: 16, units: 1, useBias: false, dropout: 0 });
  });

  it.each([
    ['first', [dropout(0.1), dense(1)], 'as layer 1 of 2'],
    ['last', [dense(1), dropout(0.1)], 'as layer 2 of 2'],
    ['twice', [dense(2), dropout(0.1), dropout(0.1), dense(1)], 'as layer 2 of 4'],
  ])('refuses dropout that stands %s', (_, layers, place) => {
    expect(() => sequential({ inputs: 3, layers })).toThrow(
      `dropout must stand between two dense layers, got it ${place}`,
    );
  });

  it('refuses softmax before the output, and no layer at all', () => {
    const layers = [dense(3, { activation: 'softmax' }), dense(1)];
    expect(() => sequential({ inputs: 3, layers })).toThrow("softmax must be the output's activation");
    expect(() => sequential({ inputs: 3, layers: [] })).toThrow('at least one dense layer');
  });

  it('refuses sizes, rates and options that cannot be', () => {
    expect(() => sequential({ inputs: 0, layers: [dense(1)] })).toThrow('inputs must be a whole number');
    expect(() => dense(1.5)).toThrow('units must be a whole number of at least 1, got 1.5');
    expect(() => dropout(1)).toThrow('dropout must be a finite number at least 0 and below 1, got 1');
    expect(() => dense(1, { use_bias: false } as never)).toThrow('did you mean useBias?');
    const wrong = dense(1, { kernelInitializer: 'glorot' as never });
    expect(() => sequential({ inputs: 1, layers: [wrong] })).toThrow('initializer must be one of');
  });
});

describe('mlp', () => {
  it('is the sequential network of its layers', () => {
    const shared = { kernelRegularizer: l2(0.01), kernelInitializer: 'he_normal' } as const;
    const network = mlp({
      inputs: 4,
      hidden: [8, 6],
      outputs: 3,
      activation: 'tanh',
      outputActivation: 'softmax',
      dropout: 0.3,
      ...shared,
    });
    const layers = [
      dense(8, { activation: 'tanh', ...shared }),
      dropout(0.3),
      dense(6, { activation: 'tanh', ...shared }),
      dropout(0.3),
      dense(3, { activation: 'softmax', ...shared }),
    ];
    expect(network).toEqual(sequential({ inputs: 4, layers }));
  });

  it('is relu then linear by default, and may have no hidden layer', () => {
    const network = mlp({ inputs: 4, hidden: [2], outputs: 1 });
    expect(network.layers.map(({ activation }) => activation.name)).toEqual(['relu', 'linear']);
    expect(mlp({ inputs: 4, hidden: [], outputs: 1, dropout: 0.5 }).layers).toHaveLength(1);
  });

  it('refuses options that do not exist', () => {
    expect(() => mlp({ inputs: 4, hidden: [], outputs: 1, ouputActivation: 'relu' } as never)).toThrow(
      'did you mean outputActivation?',
    );
  });
});

describe('descriptions', () => {
  const network = sequential({
    inputs: 10,
    layers: [
      dense(16, { activation: 'relu' }),
      dropout(0.2),
      dense(1, { activation: 'sigmoid', useBias: false }),
    ],
  });

  it('count the weights', () => {
    expect(countWeights(network)).toBe(10 * 16 + 16 + 16);
    expect(describeNetwork(network)).toBe('10 -> 16 relu dropout 0.2 -> 1 sigmoid (192 weights)');
  });

  it('make a table', () => {
    expect(networkSummary(network)).toBe(
      [
        'layer    kernel   bias  activation  dropout  weights',
        'dense 1  10 x 16  16    relu        0.2          176',
        'dense 2  16 x 1   -     sigmoid     -             16',
        'total                                            192',
      ].join('\n'),
    );
  });
});
