import { describe, expect, it } from 'vitest';
import type { StudyEvent } from '../../src/index.ts';
import { Ledger } from '../../src/study/ledger.ts';
import type { TrialRecord, TrialResult } from '../../src/study/records.ts';
import { type FinishOptions, MemoryStorage } from '../../src/study/storage.ts';
import { result, settings, trials } from './store/sample.ts';

/** Writes down what is stored and told, in its order. */
class Log extends MemoryStorage {
  readonly lines: string[] = [];
  readonly onEvent = (event: StudyEvent): void => {
    if (event.type === 'progress') this.lines.push(`progress ${event.progress.complete}`);
    else this.lines.push(event.type === 'trial' ? `told ${event.trial.index}` : event.type);
  };

  override plan(planned: readonly TrialRecord[]): void {
    super.plan(planned);
    this.lines.push(`planned ${planned.length}`);
  }

  override finish(results: readonly TrialResult[], options?: FinishOptions): void {
    super.finish(results, options);
    this.lines.push(`stored ${results.map(({ index }) => index).join()}`);
  }
}

function begun(more = {}) {
  const storage = new Log({ ...settings, ...more });
  let now = 0;
  const ledger = new Ledger(storage, () => now, { trials: 9, onEvent: storage.onEvent });
  ledger.plan(0, trials(0, 6));
  return {
    storage,
    ledger,
    at: (ms: number) => {
      now = ms;
    },
  };
}

const withValue = (index: number, value: number, more: Partial<TrialResult> = {}) =>
  result(index, { values: Float64Array.of(value), ...more });

describe('the ledger of a study', () => {
  it('tells of a round and of trials only once they are stored, many in one transaction', () => {
    const { storage, ledger, at } = begun();
    ledger.add(result(3));
    at(99);
    ledger.add(result(1));
    expect(storage.lines).toEqual(['planned 6', 'round']);
    at(100);
    ledger.addEpochs(7);
    ledger.add(result(0));
    ledger.flush();
    expect(storage.lines.slice(2)).toEqual([
      'stored 1,3',
      'told 1',
      'told 3',
      'progress 2',
      'stored 0',
      'told 0',
      'progress 3',
    ]);
    expect(ledger.progress()).toMatchObject({ complete: 3, trials: 9, epochs: 7, elapsedMs: 100 });
  });

  it('stores less often where storing takes long, and tells of progress once a second without results', () => {
    const { storage, ledger, at } = begun();
    storage.finish = () => at(100 + 12);
    at(100);
    ledger.add(result(3));
    expect(storage.lines.slice(2)).toEqual(['told 3', 'progress 1']);
    // 12 ms are 3 % of 400.
    at(499);
    ledger.add(result(1));
    expect(storage.lines).toHaveLength(4);
    storage.finish = () => at(501);
    at(500);
    ledger.addEpochs(1);
    expect(storage.lines.slice(4)).toEqual(['told 1', 'progress 2']);
    at(1499);
    ledger.addEpochs(1);
    expect(storage.lines).toHaveLength(6);
    at(1500);
    ledger.addEpochs(1);
    expect(storage.lines.slice(6)).toEqual(['progress 2']);
  });

  it('knows the best complete trial, the first of equal ones, in the direction of the objective', () => {
    const add = (ledger: Ledger) => {
      ledger.add(withValue(4, 2));
      ledger.add(withValue(0, NaN));
      ledger.add(withValue(1, 2));
      ledger.add(withValue(2, 9));
      ledger.add(withValue(3, 1, { state: 'pruned' }));
      ledger.add(withValue(5, 99, { state: 'failed' }));
      ledger.flush();
      return ledger.progress();
    };
    const counts = { complete: 4, pruned: 1, failed: 1 };
    expect(add(begun().ledger)).toMatchObject({ ...counts, best: { result: { index: 1 } } });
    const objectives = [{ metric: 'f1', direction: 'maximize' }];
    expect(add(begun({ objectives }).ledger)).toMatchObject({ best: { result: { index: 2 } } });
  });

  it('takes only trials for the best that were trained again, as soon as there are any', () => {
    const { storage, ledger } = begun();
    const again = (index: number, value: number) => {
      ledger.confirm(index, {
        values: Float64Array.of(value),
        runs: Float64Array.of(value, value),
        metrics: { val_loss: value },
      });
      ledger.flush();
      return ledger.progress().best?.result;
    };
    for (const index of [0, 1, 2, 3]) ledger.add(withValue(index, index));
    ledger.flush();
    storage.lines.splice(0);
    // A confirmation that diverged says that a trial is not the best, whatever it was before.
    expect(again(0, NaN)).toMatchObject({ index: 1 });
    expect(storage.lines).toEqual(['stored ', 'confirmation', 'progress 4']);
    expect(again(2, 9)).toMatchObject({ index: 2, confirmation: { metrics: { val_loss: 9 } } });
    expect(again(3, 8)).toMatchObject({ index: 3 });
    expect(again(1, 8.5)).toMatchObject({ index: 3 });
    const next = new Ledger(storage, () => 0, {});
    const { trials: planned, results } = storage.load();
    next.restore(planned, results);
    expect(next.progress().best?.result).toEqual(ledger.progress().best?.result);
  });

  it('counts what was stored before without telling of it', () => {
    const { storage, ledger } = begun();
    for (const index of [0, 1]) ledger.add(withValue(index, 5 - index));
    ledger.flush();
    const lines: string[] = [];
    const next = new Ledger(storage, () => 7, { onEvent: ({ type }) => lines.push(type) });
    const { trials: planned, results } = storage.load();
    next.restore(planned, results);
    expect(lines).toEqual([]);
    expect(next.progress()).toMatchObject({ complete: 2, best: { trial: { index: 1 } } });
    expect(next.results.map((one) => one?.index)).toEqual([0, 1]);
  });

  it('keeps the weights of runs with the result of their trial, until they are dropped', () => {
    const { storage, ledger } = begun();
    const weights = [Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6)];
    ledger.keepWeights(2, weights);
    expect([storage.artifact('weights/2'), ledger.weights(2, 2)]).toEqual([undefined, weights]);
    ledger.add(result(2));
    ledger.flush();
    const later = new Ledger(storage, () => 0, {});
    expect(later.weights(2, 2)).toEqual(weights);
    ledger.dropWeights([2]);
    ledger.flush();
    expect(() => later.weights(2, 2)).toThrow(/the weights of trial 2 are missing/);
  });
});
