import { describe, expect, it } from 'vitest';
import { runSklearnCase } from '../../scripts/parity/sklearn-case.ts';
import { caseNames, expectWithinTolerances, readCase } from './cases.ts';

describe('recorded values of numpy and scikit-learn', () => {
  it.each(caseNames('sklearn'))('%s', (name) => {
    const deviations = runSklearnCase(readCase('sklearn', name));
    expect(deviations).toBeDefined();
    expectWithinTolerances(deviations ?? []);
  });
});
