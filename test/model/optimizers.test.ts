import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adam, adamw, type Optimizer, optimizer, rmsprop, sgd } from '../../src/model/optimizers.ts';
import { exponentialDecay } from '../../src/model/schedules.ts';

type Config = Readonly<Record<string, number | boolean | null>>;

const file = new URL('../golden/keras-extra/optimizer-defaults.json', import.meta.url);
const { optimizers } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly optimizers: Readonly<Record<'sgd' | 'rmsprop' | 'adam' | 'adamw', Config>>;
};

/** Our settings under Keras's names. */
function kerasNames({ name: _, clip, weightDecay, ...settings }: Optimizer): object {
  const renamed = Object.entries(settings).map(([key, value]) => [
    key.replace(/[A-Z]|\d$/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ]);
  const none = { clipnorm: null, global_clipnorm: null, clipvalue: null };
  expect(clip).toEqual({ kind: 'none' });
  return { ...Object.fromEntries(renamed), ...none, weight_decay: weightDecay === 0 ? null : weightDecay };
}

describe('optimizer', () => {
  it.each(Object.entries(optimizers))("has Keras's defaults for %s", (name, config) => {
    expect(kerasNames(optimizer(name as keyof typeof optimizers))).toEqual(config);
  });

  it('is the same by name, by options and by factory', () => {
    expect(optimizer('adam')).toEqual(adam());
    expect(optimizer({ name: 'adamw', learningRate: 0.01 })).toEqual(adamw({ learningRate: 0.01 }));
    expect(optimizer({ name: 'sgd', momentum: 0.9 })).toEqual(sgd({ momentum: 0.9 }));
    expect(optimizer({ name: 'rmsprop', centered: true })).toEqual(rmsprop({ centered: true }));
  });

  it('takes back what it gave', () => {
    for (const given of [adam({ clipnorm: 1 }), adamw(), sgd({ nesterov: true }), rmsprop()]) {
      expect(optimizer(given)).toEqual(given);
    }
  });

  it.each([
    [{ clipnorm: 1 }, { kind: 'norm', limit: 1 }],
    [{ globalClipnorm: 0.5 }, { kind: 'global_norm', limit: 0.5 }],
    [{ clipvalue: 2 }, { kind: 'value', limit: 2 }],
    [{ clip: { kind: 'value', limit: 3 } as const }, { kind: 'value', limit: 3 }],
  ])('clips by %j', (options, clip) => {
    expect(adam(options).clip).toEqual(clip);
  });

  it('takes a schedule, or the options of one', () => {
    const options = { initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 };
    expect(adam({ learningRate: exponentialDecay(options) }).learningRate).toMatchObject({ unit: 'step' });
    const { learningRate } = adam({ learningRate: { name: 'exponential_decay', ...options } });
    expect(typeof learningRate === 'object' && learningRate.at(10, 0)).toBeCloseTo(0.05, 8);
  });

  it.each([
    [() => adam({ clipnorm: 1, clipvalue: 1 }), 'at most one clip, got clipnorm and clipvalue'],
    [() => adam({ clipnorm: 0 }), 'clipnorm must be a finite number above 0, got 0'],
    [() => adam({ clip: { kind: 'value' } as never }), 'limit of clip must be a finite number above 0'],
    [() => adam({ beta1: 1 }), 'beta1 must be a finite number at least 0 and below 1, got 1'],
    [() => adam({ beta_1: 0.9 } as never), 'did you mean beta1?'],
    [() => sgd({ momentum: 1.1 }), 'momentum must be'],
    [() => sgd({ learningRate: -1 }), 'learningRate must be a finite number at least 0, got -1'],
    [() => sgd({ learningRate: '0.1' as never }), 'learningRate must be a number or a schedule, got "0.1"'],
    [() => sgd({ learningRate: { name: 'cosine' } as never }), 'schedule must be one of'],
    [() => rmsprop({ epsilon: Number.NaN }), 'epsilon must be'],
    [() => adamw({ weightDecay: -0.1 }), 'weightDecay must be'],
    [() => optimizer('adm' as never), 'did you mean adam?'],
    [() => optimizer({ name: 'sgd', beta1: 0.9 } as never), 'sgd must have options from'],
  ])('refuses settings that cannot be (%#)', (make, message) => {
    expect(make).toThrow(message);
  });
});
