import { describe, expect, it } from 'vitest';
import { double } from '../../src/engine/precision.ts';
import { shaders } from '../../src/engine/webgpu/shaders.generated.ts';
import { CancelledError, cpuEngine, UsageError, wasmEngine } from '../../src/index.ts';
import { exhausted } from '../../src/verify/check-result.ts';
import { verifyEngine } from '../../src/verify/verify.ts';

describe('verifyEngine', () => {
  it('finds the single-precision reference within all tolerances of double precision', async () => {
    const { results } = await verifyEngine(cpuEngine());
    expect(results.length).toBeGreaterThan(100);
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
  });

  it('finds WebAssembly within all tolerances of double precision', async () => {
    const { results } = await verifyEngine(wasmEngine());
    expect(results.length).toBeGreaterThan(100);
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
  });

  it('checks every kernel there is', async () => {
    const { results } = await verifyEngine(cpuEngine(), { filter: 'kernel ' });
    for (const kernel of Object.keys(shaders)) {
      expect(results.some(({ name }) => name.startsWith(`kernel ${kernel} (`))).toBe(true);
    }
  });

  it('finds no difference between the double-precision reference and itself', async () => {
    const { results } = await verifyEngine(cpuEngine({ precision: double }), {
      filter: 'kernel ',
      quick: true,
    });
    expect(results.every(({ deviation }) => deviation === 0)).toBe(true);
  });

  it('shows that checks compare something: single precision deviates from double', async () => {
    const { results } = await verifyEngine(cpuEngine(), { quick: true, filter: 'matmul' });
    expect(results.every(({ deviation }) => deviation > 0)).toBe(true);
  });

  it('returns the worst first, after reporting each as it is found', async () => {
    const seen: string[] = [];
    const { results } = await verifyEngine(cpuEngine(), {
      quick: true,
      onResult: ({ name }) => seen.push(name),
    });
    const shares = results.map(exhausted);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect(seen.toSorted()).toEqual(results.map(({ name }) => name).toSorted());
  });

  it('draws other numbers with another seed', async () => {
    const run = async (seed: number) =>
      (await verifyEngine(cpuEngine(), { seed, filter: '(softplus)', quick: true })).results;
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it('refuses a filter that fits nothing', async () => {
    await expect(verifyEngine(cpuEngine(), { filter: 'no such check' })).rejects.toThrow(UsageError);
  });

  it('ends when it is cancelled', async () => {
    const controller = new AbortController();
    const onResult = () => controller.abort();
    await expect(verifyEngine(cpuEngine(), { onResult, signal: controller.signal })).rejects.toThrow(
      CancelledError,
    );
  });
});
