import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { benchPolicies, type PolicyResult } from '../../bench/policies.ts';
import { policyTables } from '../../bench/policies-table.ts';
import { cpuEngine } from '../../src/index.ts';

describe('the benchmark of policies', () => {
  it('compares each policy with the same training without it', async () => {
    const folder = fileURLToPath(new URL('../data-sets', import.meta.url));
    const options = { seeds: 2, sets: ['breast-cancer'], folder, rate: 0.01, quick: true };
    const results = await benchPolicies({ ...options, engine: cpuEngine() });
    const of = (name: string) => results.find((result) => result.name === name) as PolicyResult;
    // 455 training rows, a fifth of 100 epochs.
    expect(of('batch 32').steps.median).toBe(15 * 20);
    expect(of('batch 8').steps.median).toBe(57 * 20);
    expect(of('8, grows with the noise').steps.median).toBeLessThan(57 * 20);
    expect(of('8, grows with the noise').finalBatch.median).toBeGreaterThan(8);
    expect(of('32, L2 0.001, adapts').finalScale.median).not.toBe(1);
    for (const { name, against, better, validationLoss, accuracy } of results) {
      expect(better === undefined).toBe(against === undefined);
      expect(name === against).toBe(false);
      expect(validationLoss.median).toBeGreaterThan(0);
      expect(accuracy.median).toBeGreaterThan(0.8);
    }
    const [title, table] = policyTables(results, 0.01);
    expect(title).toBe('breast-cancer: 30-16-1, 455 training rows, 20 epochs, Adam 0.01');
    expect(table).toContain('8, grows with the noise');
    expect(table).toMatch(/batch 8 in \d+ %/);
  });
});
