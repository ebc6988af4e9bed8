import { describe, expect, it } from 'vitest';
import { runSklearnCase } from '../../scripts/parity/sklearn-case.ts';
import { caseNames, expectWithinTolerances, readCase } from './cases.ts';

describe('recorded values of numpy and scikit-learn', () => {
  it.each(caseNames('sklearn'))('%s', (name) => {
    const deviations = runSklearnCase(readCase('sklearn', name));
    expect(deviations).toBeDefined();
    expectWithinTolerances(deviations ?? []);
  });

  it('are drawn as their names say', () => {
    const { streams } = readCase('sklearn', 'random-state.json');
    const { seed, randint_0_10: digits, permutation_20: order } = streams[0];
    const named = (draws: object) => runSklearnCase({ streams: [{ seed, ...draws }] } as never) ?? [];
    expectWithinTolerances(named({ randint_10: digits, rand_then: { permutation_20: order } }));
    expect(named({ randint_1_11: digits })[0]?.worst).toBeGreaterThan(0);
    expect(() => named({ beta_2_5: [0.1] })).toThrow(/draw must be one of RandomState's .* got beta_2_5/);
  });

  it('may be a part of the metrics alone, and other files are none', () => {
    const { multiclass } = readCase('sklearn', 'metrics.json');
    expectWithinTolerances(runSklearnCase({ multiclass } as never) ?? []);
    expect(runSklearnCase({ cases: [{ name: 'another kind' }] } as never)).toBeUndefined();
    expect(runSklearnCase({} as never)).toBeUndefined();
  });
});
