import { describe, expect, it } from 'vitest';
import { cpuEngine, UsageError } from '../../src/index.ts';
import { verifyEngine } from '../../src/verify/verify.ts';

describe('verifyEngine', () => {
  it('finds the single-precision reference within all tolerances of double precision', async () => {
    const { results } = await verifyEngine(cpuEngine());
    expect(results.length).toBeGreaterThan(100);
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
  });

  it('shows that checks compare something: single precision deviates from double', async () => {
    const { results } = await verifyEngine(cpuEngine(), { quick: true, filter: 'matmul' });
    expect(results.every(({ deviation }) => deviation > 0)).toBe(true);
  });

  it('refuses a filter that fits nothing', async () => {
    await expect(verifyEngine(cpuEngine(), { filter: 'no such check' })).rejects.toThrow(UsageError);
  });
});
