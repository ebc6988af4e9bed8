import { describe, expect, it } from 'vitest';
import { searchSpaceFromJSON } from '../../src/study/space/json.ts';
import { choice, float, int, when } from '../../src/study/space/parameters.ts';
import { defineSpace } from '../../src/study/space.ts';

const stored = (space: object) => JSON.parse(JSON.stringify(space));

describe('a search space as JSON', () => {
  it('comes back the same', () => {
    const space = defineSpace(
      {
        rate: float(1e-4, 0.1, { log: true }),
        depth: int(1, 2),
        hidden: choice([[8], [8, 4], null]),
        drop: when(float(0, 0.5, { step: 0.1 }), { depth: 2 }),
        constant: when([1, 2], { depth: [1] }),
        epochs: 100,
      },
      { constraints: [{ left: 'drop', op: '<=', right: 0.3 }] },
    );
    const back = searchSpaceFromJSON(stored(space));
    expect(back.toJSON()).toEqual(space.toJSON());
    const point = [0.3, 0.75, 0.5, 0.5];
    expect(back.decode(point)).toEqual(space.decode(point));
    expect([back.isAllowed(point), back.isAllowed([0.3, 0.75, 0.5, 0.9])]).toEqual([true, false]);
  });

  it('demands the functions that it could not store', () => {
    const isSmall = ({ a }: { readonly a: number }) => a < 3;
    const space = defineSpace(
      { a: int(1, 5) },
      { constraints: [{ left: 'a', op: '!=', right: 1 }, isSmall] },
    );
    const json = stored(space);
    expect(json.constraints[1].function).toContain('a < 3');
    expect(() => searchSpaceFromJSON(json)).toThrow(
      /must hold the 1 functions that JSON cannot store, got 0.*a < 3/,
    );
    const back = searchSpaceFromJSON(json, { constraints: [(parameters) => (parameters.a as number) < 3] });
    const values = [1, 2, 3].filter((a) => back.isAllowed(back.encode({ a })));
    expect(values).toEqual([2]);
    expect(() => searchSpaceFromJSON({ parameters: {} }, { constraints: [() => true] })).toThrow('got 1');
  });

  // The keys and their meaning: Weights & Biases, "Sweep configuration options", parameter and distribution keys.
  it.each([
    [{ values: [1, 2] }, choice([1, 2])],
    [{ values: ['a'], distribution: 'categorical' }, choice(['a'])],
    [{ value: 3 }, { value: 3 }],
    [{ value: [1], distribution: 'constant' }, { value: [1] }],
    [{ min: 1, max: 5 }, int(1, 5)],
    [{ min: 1, max: 5.5 }, float(1, 5.5, { log: false })],
    [{ min: 0, max: 1, distribution: 'uniform' }, float(0, 1, { log: false })],
    [{ min: 0, max: 9, distribution: 'int_uniform' }, int(0, 9)],
    [{ min: 1e-4, max: 1, distribution: 'log_uniform_values' }, float(1e-4, 1, { log: true })],
    [{ min: 1e-4, max: 1, distribution: 'inv_log_uniform_values' }, float(1e-4, 1, { log: true })],
    [{ min: 0.12, max: 0.97, q: 0.1, distribution: 'q_uniform' }, float(0.1, 1, { log: false, step: 0.1 })],
    [{ min: 8, max: 256, q: 8, distribution: 'q_log_uniform_values' }, int(8, 256, { log: true, step: 8 })],
    [
      { min: 1, max: 2, when: { b: 1 } },
      { ...int(1, 2), when: { b: 1 } },
    ],
  ])("reads a sweep's %j", (json, parameter) => {
    expect(searchSpaceFromJSON({ parameters: { a: json, b: 1 } }).toJSON().parameters.a).toEqual(parameter);
  });

  it('refuses what has no meaning here', () => {
    const read = (a: unknown) => () => searchSpaceFromJSON({ parameters: { a } });
    expect(read({ distribution: 'normal', min: 0, max: 1 })).toThrow(
      'a.distribution must be one of int_uniform',
    );
    expect(read({ values: [1], probabilities: [1] })).toThrow('got probabilities');
    expect(read({ min: 1 })).toThrow('a.max must be a finite number, got undefined');
    expect(read({ min: 0, max: 1, q: 0.5 })).toThrow('a.q must stand with q_uniform');
    expect(read({ type: 'int', min: 1, max: 2 })).toThrow('a must have options from type, low, high');
    expect(read({ type: 'int', low: 2, high: 1 })).toThrow('a.low must be at most high');
    expect(() => searchSpaceFromJSON({ parameter: {} })).toThrow('did you mean parameters?');
    expect(() => searchSpaceFromJSON({ parameters: [] })).toThrow('must have an object "parameters"');
    expect(() => searchSpaceFromJSON('a')).toThrow('the search space must be an object');
  });
});
