import { describe, expect, it } from 'vitest';
import {
  adam,
  type Callback,
  earlyStopping,
  exponentialDecay,
  learningRateScheduler,
  loss,
  reduceLROnPlateau,
  terminateOnNaN,
  userCallback,
} from '../../src/index.ts';
import { epochRules } from '../../src/train/rules.ts';

const settings = { optimizer: adam({ learningRate: 0.1 }), loss: loss('binary_crossentropy') };
const rulesOf = (callbacks: readonly Callback[], hasValidation = true, own = settings) =>
  epochRules(own, callbacks, 3, hasValidation);

describe('epochRules', () => {
  it('turns the callbacks that there are into data', () => {
    const rules = rulesOf([
      terminateOnNaN(),
      reduceLROnPlateau({ monitor: 'loss', factor: 0.5 }),
      earlyStopping({ monitor: 'val_accuracy', patience: 2, restoreBestWeights: true }),
    ]);
    expect(rules).toMatchObject({
      stopOnNaN: true,
      plateau: { monitor: 'loss', mode: 'min', factor: 0.5, patience: 10, minDelta: 1e-4 },
      stopping: { monitor: 'val_score', mode: 'max', patience: 2, restoreBestWeights: true },
    });
  });

  it('computes the rate of each epoch from the one before', () => {
    const rules = rulesOf([learningRateScheduler((epoch, rate) => (epoch === 0 ? rate : rate / 2))]);
    expect(Array.from(rules?.epochRates ?? [])).toEqual([0.1, 0.05, 0.025].map(Math.fround));
  });

  it.each<[string, readonly Callback[]]>([
    ['a callback of the user', [userCallback({})]],
    ['two of a kind', [terminateOnNaN(), terminateOnNaN()]],
    ['a metric that is not there', [earlyStopping({ monitor: 'val_mae' })]],
    [
      'a rate made from one that the plateau may have changed',
      [learningRateScheduler((_, rate) => rate), reduceLROnPlateau()],
    ],
  ])('leaves %s to the host', (_, callbacks) => {
    expect(rulesOf(callbacks)).toBeUndefined();
  });

  it('leaves a validation metric without validation, and rates beside a schedule, to the host', () => {
    expect(rulesOf([earlyStopping()], false)).toBeUndefined();
    const schedule = exponentialDecay({ initialLearningRate: 0.1, decaySteps: 5, decayRate: 0.9 });
    const scheduled = { ...settings, optimizer: adam({ learningRate: schedule }) };
    expect(rulesOf([reduceLROnPlateau()], true, scheduled)).toBeUndefined();
    expect(rulesOf([earlyStopping()], true, scheduled)).toBeDefined();
  });
});
