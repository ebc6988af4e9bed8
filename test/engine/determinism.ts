import { describe, expect, it, type MockInstance } from 'vitest';
import {
  type Engine,
  earlyStopping,
  FitCancelledError,
  fit,
  fitAll,
  type TrainedModel,
} from '../../src/index.ts';
import { mixedTrial, rows } from './trials.ts';

const bits = ({ weights, history }: TrainedModel) => ({
  weights: Array.from(weights),
  metrics: history.metrics,
});

/**
 * What every engine promises: the bits of a trial depend on nothing but the trial itself.
 *
 * @param name the engine's, for people
 * @param submitsOf makes the engine's submits hold so many steps or epochs, and returns the spy that sees to it
 */
export function describeDeterminism(
  name: string,
  engine: Engine,
  submitsOf: (length: number) => MockInstance,
): void {
  const shared = { ...rows, engine };
  const trialAlone = async (index: number) => {
    const { network, ...options } = mixedTrial(index);
    return bits(await fit(network, { ...shared, ...options }));
  };

  describe(`bits of a trial on ${name}`, () => {
    it('are the same in two runs', async () => {
      expect(await trialAlone(1)).toEqual(await trialAlone(1));
    });

    it('differ from those of another seed', async () => {
      const { network, ...options } = mixedTrial(1);
      const other = bits(await fit(network, { ...shared, ...options, seed: 2 }));
      expect(other.weights).not.toEqual((await trialAlone(1)).weights);
    });

    it('are the same alone and among 257 others', async () => {
      const models = await fitAll(
        Array.from({ length: 258 }, (_, index) => mixedTrial(index)),
        shared,
      );
      expect(models).toHaveLength(258);
      for (const index of [0, 1, 77, 130, 257]) {
        expect(bits(models[index] as TrainedModel)).toEqual(await trialAlone(index));
      }
    });

    it.each([1, 7, 100])('do not depend on submits of length %i', async (length) => {
      const usual = await trialAlone(5);
      const pacer = submitsOf(length);
      try {
        expect(await trialAlone(5)).toEqual(usual);
        expect(pacer).toHaveBeenCalled();
      } finally {
        pacer.mockRestore();
      }
    });

    it('do not change when neighbours stop early', async () => {
      const trials = [0, 1, 2, 3, 4].map((index) => ({
        ...mixedTrial(index),
        callbacks:
          index % 2 === 0
            ? []
            : [earlyStopping({ monitor: 'val_loss', minDelta: 10, restoreBestWeights: true })],
      }));
      const models = await fitAll(trials, { ...shared, epochs: 6 });
      expect(models.map(({ history }) => history.epochs)).toEqual([6, 2, 6, 2, 6]);
      const { network, ...options } = mixedTrial(2);
      expect(bits(models[2] as TrainedModel)).toEqual(
        bits(await fit(network, { ...shared, ...options, epochs: 6 })),
      );
    });
  });

  it(`a cancelled run on ${name} gives back what was trained until then`, async () => {
    const controller = new AbortController();
    const { network, ...options } = mixedTrial(1);
    const training = fit(network, { ...shared, ...options, epochs: 100_000, signal: controller.signal });
    const caught = training.then(
      () => undefined,
      (error: unknown) => error,
    );
    const listening = (async () => {
      for await (const { epoch } of training) if (epoch === 2) controller.abort();
    })();
    // The loop ends with the same error as the training itself.
    await expect(listening).rejects.toBeInstanceOf(FitCancelledError);
    const error = await caught;
    expect(error).toBeInstanceOf(FitCancelledError);
    expect((error as FitCancelledError).models[0]?.history.epochs).toBeGreaterThan(2);
  });
}
