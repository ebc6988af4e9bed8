import { describe, expect, it } from 'vitest';
import {
  integratedGradients,
  partialDependence,
  permutationImportance,
  shapValues,
} from '../../src/index.ts';
import { gpuForTests } from '../gpu.ts';
import { modelOf, references, worstDifference } from './references.ts';

const { engine } = await gpuForTests();
const { multiclass } = references;
const model = modelOf(multiclass);
const { x, y } = multiclass;

describe('explanations on WebGPU', () => {
  // WGSL allows exp and tanh more rounding than the CPU has; importances are differences of such losses.
  const tolerance = 2e-5;

  it('are those of the CPU', async () => {
    const onBoth = async (run: (on: object) => Promise<unknown>) =>
      worstDifference(await run({ engine }), await run({}));
    const importances = async (on: object) =>
      (await permutationImportance(model, { x, y }, { ...on, repeats: 4 })).columns.map(
        ({ repeats }) => repeats,
      );
    const values = (found: readonly { readonly values: readonly number[] }[]) =>
      found.map((own) => own.values);
    expect(await onBoth(importances)).toBeLessThan(tolerance);
    expect(await onBoth(async (on) => values(await shapValues(model, x, on)))).toBeLessThan(tolerance);
    expect(await onBoth(async (on) => values(await integratedGradients(model, x, on)))).toBeLessThan(
      tolerance,
    );
    expect(await onBoth(async (on) => (await partialDependence(model, x, 'x0', on)).average)).toBeLessThan(
      tolerance,
    );
  });

  it('have the same bits alone and beside each other, in parts that overlap', async () => {
    // 45 rows x 32 coalitions x 45 rows of background: two parts.
    const run = (on: object) => shapValues(model, x, { ...on, method: 'exact' });
    const alone = await run({ engine });
    expect(await Promise.all([run({ engine }), run({ engine })])).toEqual([alone, alone]);
    const onCpu = (await run({})).map(({ values }) => values);
    expect(
      worstDifference(
        alone.map(({ values }) => values),
        onCpu,
      ),
    ).toBeLessThan(tolerance);
  });
});
