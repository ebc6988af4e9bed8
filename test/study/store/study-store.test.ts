import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StudyError, UsageError } from '../../../src/core/errors.ts';
import { StudyStore } from '../../../src/node.ts';
import type { TrialResult } from '../../../src/study/records.ts';
import { freshPath, result, results, settings, trial, trials } from './sample.ts';

/** The bits of numbers, so that NaN, -0 and 0 are told apart. */
const bits = (values: Float64Array | Float32Array) =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');

const odd = Float64Array.of(NaN, -0, 0, Infinity, -Infinity, 5e-324, Number.MAX_VALUE, -1 / 3);

describe('a study in a file', () => {
  it('comes back as it was saved', () => {
    const path = freshPath();
    const store = StudyStore.create(path, settings, { trials: 100 });
    store.plan(trials(0, 3));
    store.plan([trial(3, { round: 1, parent: 2 })]);
    const saved = [
      result(2, { state: 'pruned', reason: 'above the median', rungs: new Float64Array() }),
      result(0),
    ];
    const span = { startMs: 0.125, endMs: 28.5, label: '10-16-1 adam', round: 0, runs: 4 };
    store.finish(saved, { spans: [span] });
    store.close();

    const again = StudyStore.open(path, { readOnly: true });
    const { settings: storedSettings, trials: stored, results: found, spans } = again.load();
    expect(storedSettings).toEqual(settings);
    expect(stored).toEqual([
      trial(0, { state: 'complete' }),
      trial(1),
      trial(2, { state: 'pruned' }),
      trial(3, { round: 1, parent: 2 }),
    ]);
    expect(found.map((one) => one && { ...one })).toEqual([saved[1], undefined, saved[0], undefined]);
    expect(spans).toEqual([span]);
    expect(again.curves([2, 0]).map(bits)).toEqual(saved.map(({ curve }) => bits(curve)));
    expect(again.limits).toEqual({ trials: 100 });
    expect(again.progress).toMatchObject({ elapsedMs: 28.5 });
    expect(again.check()).toEqual([]);
    again.close();
    expect(readdirSync(dirname(path))).toEqual(['sample.shoal']);
  });

  it('keeps every bit of numbers that are not finite, tiny or negative zero', () => {
    const path = freshPath();
    const three = ['val_loss', 'f1', 'size'].map((metric) => ({ metric, direction: 'minimize' as const }));
    const store = StudyStore.create(path, { ...settings, objectives: three });
    const point = odd.slice();
    store.plan([
      trial(0, { point, parameters: { zero: -0, deep: [[-0, 1e-320]], nothing: null, on: true } }),
    ]);
    const curve = Float32Array.of(1, NaN, -0, 2, Infinity, 1e-45);
    const metrics = Object.fromEntries([...odd].map((value, i) => [`metric ${i}`, value]));
    const saved = result(0, {
      values: odd.slice(0, 3),
      runs: odd.slice(2),
      rungs: odd.slice(),
      metrics,
      curve,
    });
    store.finish([saved]);
    store.close();

    const { trials: stored, results: found } = StudyStore.open(path, { readOnly: true }).load();
    const one = found[0] as TrialResult;
    expect(bits(stored[0]?.point as Float64Array)).toBe(bits(odd));
    expect(Object.is(stored[0]?.parameters.zero, -0)).toBe(true);
    expect(stored[0]?.parameters).toStrictEqual({ zero: -0, deep: [[-0, 1e-320]], nothing: null, on: true });
    for (const part of ['values', 'runs', 'rungs', 'curve'] as const)
      expect(bits(one[part]), part).toBe(bits(saved[part]));
    expect(bits(Float64Array.from(Object.values(one.metrics)))).toBe(bits(odd));
    expect(Object.keys(one.metrics)).toEqual(Object.keys(metrics));
  });

  it('ends a trial once, and only one that is planned; a batch is saved whole or not at all', () => {
    const store = StudyStore.create(freshPath(), settings);
    store.plan(trials(0, 4));
    store.finish([result(1)]);
    expect(() => store.finish([result(0), result(1)])).toThrow(/trial 1 has ended already/);
    expect(() => store.finish([result(2, { metrics: { new: 1 } }), result(4)])).toThrow(/no trial 4/);
    expect(store.load().results.map((one) => one?.index)).toEqual([undefined, 1, undefined, undefined]);
    store.finish([result(2, { metrics: { new: 1 } })]);
    expect(store.load().results[2]?.metrics).toEqual({ new: 1 });
    expect(() => store.plan([trial(4), trial(6)])).toThrow(/must have index 5, got 6/);
    expect(store.planned).toBe(4);
    store.close();
  });

  it('refuses results that cannot be', () => {
    const store = StudyStore.create(freshPath(), settings);
    store.plan(trials(0, 1));
    const refused: Partial<TrialResult>[] = [
      { values: Float64Array.of(1, 2) },
      { epochs: NaN },
      { endedMs: -1 },
      { weights: 1.5 },
      { curve: new Float32Array(4) },
      { curve: new Float32Array(65 * 3) },
      { state: 'waiting' as 'complete' },
    ];
    for (const wrong of refused) expect(() => store.finish([result(0, wrong)])).toThrow(UsageError);
    expect(() => store.plan([trial(1, { parameters: { rate: NaN } })])).toThrow(/rate must be a finite/);
    expect(() => store.plan([trial(1, { parent: 1 })])).toThrow(
      /parent of trial 1 must .* from 0 to 0, got 1/,
    );
    expect(() => StudyStore.create(freshPath(), { ...settings, seed: Infinity })).toThrow(/seed .* finite/);
    store.close();
  });

  it('keeps what trials reached when they were trained again, to the bit, once each', () => {
    const path = freshPath();
    const store = StudyStore.create(path, settings);
    store.plan(trials(0, 2));
    const confirmation = {
      values: Float64Array.of(NaN),
      runs: Float64Array.of(-0, 1e-320, NaN),
      metrics: { accuracy: 0.1, f1: NaN },
    };
    const confirmations = new Map([[1, confirmation]]);
    expect(() => store.finish([], { confirmations })).toThrow(/trial 1 has not ended/);
    store.finish([result(0), result(1)], { confirmations });
    expect(() => store.finish([], { confirmations })).toThrow(/trial 1 was confirmed already/);
    const wrong = { ...confirmation, values: new Float64Array(2) };
    expect(() => store.finish([], { confirmations: new Map([[0, wrong]]) })).toThrow(UsageError);
    const [none, one] = store.load().results;
    expect(none).not.toHaveProperty('confirmation');
    expect(one?.confirmation).toEqual(confirmation);
    expect(bits(one?.confirmation?.runs as Float64Array)).toBe(bits(confirmation.runs));
    expect(store.check()).toEqual([]);
    store.close();
  });

  it('keeps artifacts, in one transaction with results', () => {
    const path = freshPath();
    const store = StudyStore.create(path, settings);
    store.plan(trials(0, 2));
    store.putArtifact('weights 0', Uint8Array.of(1, 2));
    const artifacts = new Map([['weights 1', Uint8Array.of(3)]]);
    expect(() => store.finish([result(9)], { artifacts, obsolete: ['weights 0'] })).toThrow(StudyError);
    expect(store.artifact('weights 1')).toBeUndefined();
    store.finish([result(0)], { artifacts, obsolete: ['weights 0'] });
    store.close();
    const again = StudyStore.open(path, { readOnly: true });
    expect(again.artifact('weights 0')).toBeUndefined();
    expect(again.artifact('weights 1')).toEqual(Uint8Array.of(3));
  });

  it('goes on after a rest, as far as it may', () => {
    const path = freshPath();
    const first = StudyStore.create(path, settings, { trials: 2, timeMs: 1000 });
    first.plan(trials(0, 2));
    first.finish(results(0, 2));
    first.end('trials');
    first.close();
    const second = StudyStore.open(path);
    expect(second.progress).toMatchObject({ elapsedMs: 18, ended: 'trials' });
    second.setLimits({ trials: 4 });
    expect(second.progress.ended).toBeUndefined();
    expect(second.limits).toEqual({ trials: 4 });
    second.plan(trials(2, 1, 1));
    second.finish([result(2, { startedMs: 3, endedMs: 5 })]);
    expect(second.progress.elapsedMs).toBe(18);
    second.close();
  });

  it('is created whole, under a name that is free', () => {
    const path = freshPath();
    writeFileSync(path, 'my thesis');
    expect(() => StudyStore.create(path, settings)).toThrow(/exists already/);
    expect(() => StudyStore.create(freshPath('missing/a.shoal'), settings)).toThrow(
      /does not exist; make it/,
    );
    const other = freshPath();
    expect(() => StudyStore.create(other, settings, { trials: 0 })).toThrow(/limits.trials/);
    expect(readdirSync(dirname(other))).toEqual([]);
    // Left over from a crash while creating.
    writeFileSync(`${other}-new`, 'half a study');
    writeFileSync(`${other}-new-journal`, 'half a journal');
    StudyStore.create(other, settings).close();
    expect(readdirSync(dirname(other))).toEqual(['sample.shoal']);
  });

  it('writes nothing when it is read only, or closed', () => {
    const path = freshPath();
    const store = StudyStore.create(path, settings);
    store.close();
    expect(() => store.plan(trials(0, 1))).toThrow(/was closed/);
    expect(() => store.planned).toThrow(/was closed/);
    const reader = StudyStore.open(path, { readOnly: true });
    expect(() => reader.plan(trials(0, 1))).toThrow(UsageError);
    expect(existsSync(`${path}-lock`)).toBe(false);
  });
});
