import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  choice,
  type FreeParameter,
  float,
  int,
  type SpaceDefinition,
  when,
} from '../../src/study/space/parameters.ts';
import { defineSpace, type SearchSpace } from '../../src/study/space.ts';
import type { ParameterValue, SampledSpace } from '../../src/study/space-types.ts';

const place = fc.double({ min: 0, max: 1, noNaN: true });

const number = fc
  .record({
    low: fc.oneof(fc.double({ min: 1e-8, max: 1e6, noNaN: true }), fc.integer({ min: 1, max: 50 })),
    steps: fc.integer({ min: 1, max: 1000 }),
    step: fc.constantFrom(0.05, 0.1, 1, 2.5, 1e-3),
    factor: fc.double({ min: 1.01, max: 1e9, noNaN: true }),
    whole: fc.integer({ min: 1, max: 1e6 }),
    log: fc.boolean(),
    kind: fc.constantFrom('float', 'stepped', 'int'),
  })
  .map(({ low, steps, step, factor, whole, log, kind }) => {
    if (kind === 'float') return float(low, low * factor, { log });
    if (kind === 'stepped') return float(step, step + steps * step, { step, log });
    return int(whole, whole + 3 * steps, { step: 3, log });
  });
const value: fc.Arbitrary<ParameterValue> = fc.oneof(
  fc.string(),
  fc.boolean(),
  fc.integer(),
  fc.constant(null),
  fc.array(fc.integer({ min: 1, max: 64 })),
);
const values = fc.uniqueArray(value, { minLength: 1, maxLength: 6, selector: (one) => JSON.stringify(one) });
const parameter: fc.Arbitrary<FreeParameter> = fc.oneof(number, values.map(choice));

describe('a parameter', () => {
  it('comes back from its value at exactly the place that it was snapped to', () => {
    fc.assert(
      fc.property(parameter, place, (one, at) => {
        const space = defineSpace({ one });
        const snapped = space.dimensions[0]?.snap(at) as number;
        expect(space.encode(space.decode([at]))).toEqual(Float64Array.of(snapped));
        expect(space.dimensions[0]?.snap(snapped)).toBe(snapped);
        const ends = 'low' in one ? [one.low, one.high] : [one.values[0], one.values.at(-1)];
        expect([0, 1].map((end) => space.decode([end]).one)).toEqual(ends);
      }),
      { numRuns: 2000 },
    );
  });

  it('has its ends at 0 and 1, and its middle by its scale', () => {
    const at = (one: FreeParameter, where: number) => defineSpace({ one }).decode([where]).one;
    expect([0, 0.5, 1].map((where) => at(float(-2, 4), where))).toEqual([-2, 1, 4]);
    expect([0, 1].map((where) => at(float(1e-5, 0.1, { log: true }), where))).toEqual([1e-5, 0.1]);
    expect(at(float(1e-5, 0.1, { log: true }), 0.5)).toBeCloseTo(1e-3, 12);
    expect([0, 1].map((where) => at(int(3, 9), where))).toEqual([3, 9]);
  });

  it('gives each value of a linear scale the same share, and steps without noise in their digits', () => {
    const space = defineSpace({ one: float(0.1, 0.5, { step: 0.1 }) });
    const seen = Array.from({ length: 50 }, (_, i) => space.decode([(i + 0.5) / 50]).one);
    const counts = new Map<number, number>();
    for (const one of seen) counts.set(one, (counts.get(one) ?? 0) + 1);
    expect([...counts]).toEqual([0.1, 0.2, 0.3, 0.4, 0.5].map((one) => [one, 10]));
    expect(space.dimensions[0]?.size).toBe(5);
  });

  it('gives each value of a logarithmic scale the room to its geometric means with the next', () => {
    const space = defineSpace({ one: int(1, 4, { log: true }) });
    // From 1/sqrt(2) to 4*sqrt(4/3): the borders between are sqrt(2), sqrt(6) and sqrt(12).
    const start = -Math.log(2) / 2;
    const span = Math.log(4) + Math.log(4 / 3) / 2 - start;
    for (const [index, border] of [2, 6, 12].entries()) {
      const at = (Math.log(border) / 2 - start) / span;
      expect([space.decode([at - 1e-9]).one, space.decode([at + 1e-9]).one]).toEqual([index + 1, index + 2]);
    }
  });

  it('may have one value only', () => {
    for (const one of [float(3, 3), int(3, 3), int(3, 3, { log: true }), choice([3])]) {
      const space = defineSpace({ one });
      expect(space.decode([0.9])).toEqual({ one: 3 });
      expect([space.size, space.dimensions[0]?.snap(0)]).toEqual([1, 0.5]);
    }
  });
});

const example = () =>
  defineSpace(
    {
      learningRate: float(1e-4, 1e-1, { log: true }),
      layers: int(1, 3),
      units1: int(4, 64, { log: true }),
      units2: when(int(4, 64, { log: true }), { layers: [2, 3] }),
      dropout2: when(choice([0, 0.5]), { units2: [4, 5] }),
      activation: choice(['relu', 'tanh']),
      hidden: choice([[32], [32, 16]]),
      batchSize: 32,
      momentum: when(0.9, { activation: 'tanh' }),
    },
    {
      constraints: [
        { left: 'units2', op: '<=', right: 'units1' },
        (parameters) => parameters.learningRate < 0.05 || parameters.activation === 'relu',
      ],
    },
  );

describe('a search space', () => {
  it('knows the types of its parameters', () => {
    const parameters = example().decode([0.5, 0, 0.5, NaN, NaN, 0.25, 0.25]);
    expectTypeOf(parameters).branded.toEqualTypeOf<{
      readonly learningRate: number;
      readonly layers: number;
      readonly units1: number;
      readonly units2?: number;
      readonly dropout2?: 0 | 0.5;
      readonly activation: 'relu' | 'tanh';
      readonly hidden: readonly [32] | readonly [32, 16];
      readonly batchSize: 32;
      readonly momentum?: 0.9;
    }>();
    // @ts-expect-error momentum may be missing
    expectTypeOf(parameters.momentum).toEqualTypeOf<0.9>();
    expect(parameters.batchSize).toBe(32);
    expectTypeOf(example()).toExtend<SearchSpace>();
    expectTypeOf(example()).toExtend<SampledSpace>();
  });

  it('leaves out what is switched off, and what depends on that', () => {
    const space = example();
    const names = (point: number[]) => Object.keys(space.decode(point));
    const always = ['learningRate', 'layers', 'units1', 'activation', 'hidden', 'batchSize'];
    expect(names([0.5, 0, 0.5, NaN, NaN, 0.25, 0.25])).toEqual(always);
    // units2 has a number that would turn dropout2 on, but is off itself.
    expect(names([0.5, 0, 0.5, 0, 0.5, 0.25, 0.25])).toEqual(always);
    const all = [
      'learningRate',
      'layers',
      'units1',
      'units2',
      'dropout2',
      'activation',
      'hidden',
      'batchSize',
    ];
    expect(names([0.5, 1, 0.5, 0, 0.5, 0.75, 0.25])).toEqual([...all, 'momentum']);
  });

  it('puts each dimension behind the one it depends on, whatever the order of writing', () => {
    const space = defineSpace({
      c: when(choice([1, 2]), { b: 1 }),
      b: when(choice([1, 2]), { a: [2, 3] }),
      a: choice([1, 2, 3]),
    });
    expect(space.dimensions.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(space.dimensions.map(({ condition }) => condition?.dimension)).toEqual([undefined, 0, 1]);
    expect([0.1, 0.5, 0.9, NaN].map((at) => space.dimensions[1]?.condition?.holds(at))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    // a = 1, or a in {2, 3} with b = 2, or with b = 1 and c in {1, 2}.
    expect(space.size).toBe(1 + 2 * (1 + 2));
  });

  it('counts its points, but for constraints', () => {
    expect(example().size).toBe(Infinity);
    expect(defineSpace({}).size).toBe(1);
    expect(defineSpace({ a: int(1, 10), b: choice([1, 2]), c: 7 }).size).toBe(20);
  });

  it('lets a fixed value turn on what depends on it', () => {
    const space = defineSpace({
      optimizer: 'sgd',
      momentum: when(float(0, 0.9), { optimizer: ['sgd'] }),
      on: choice([true, false]),
      width: when(8, { on: true }),
      depth: when(int(1, 2), { width: 8 }),
    });
    expect(space.decode([0.5, 0.25, 0.25])).toEqual({
      optimizer: 'sgd',
      momentum: 0.45,
      on: true,
      width: 8,
      depth: 1,
    });
    expect(space.decode([0.5, 0.75, 0.25])).toEqual({ optimizer: 'sgd', momentum: 0.45, on: false });
  });

  it('allows what all constraints allow, and ignores those of parameters that are off', () => {
    const space = example();
    expect(space.isAllowed([0.5, 1, 0.5, 0.2, NaN, 0.25, 0.25])).toBe(true);
    expect(space.isAllowed([0.5, 1, 0.5, 0.8, NaN, 0.25, 0.25])).toBe(false);
    expect(space.isAllowed([0.5, 0, 0.5, NaN, NaN, 0.25, 0.25])).toBe(true);
    expect(space.isAllowed([0.99, 0, 0.5, NaN, NaN, 0.25, 0.25])).toBe(true);
    expect(space.isAllowed([0.99, 0, 0.5, NaN, NaN, 0.75, 0.25])).toBe(false);
  });

  it('refuses parameters that it cannot have', () => {
    const space = example();
    const good = { learningRate: 1e-2, layers: 1, units1: 4, activation: 'relu', hidden: [32] } as const;
    const encode = (changes: object) => () => space.encode({ ...good, ...changes } as never);
    expect(encode({})).not.toThrow();
    expect(encode({ batchSize: 32 })).not.toThrow();
    expect(encode({ batchSize: 64 })).toThrow('batchSize must be 32, got 64');
    expect(encode({ units2: 4 })).toThrow('units2 must be missing where its condition does not hold, got 4');
    expect(encode({ layers: 2 })).toThrow('units2 must be a value of the search space, got none');
    expect(encode({ hidden: [16] })).toThrow('hidden must be a value of the search space, got [16]');
    expect(encode({ learningRate: 1 })).toThrow('learningRate must be a value of the search space, got 1');
    expect(encode({ layers: 1.5 })).toThrow('layers must be a value of the search space, got 1.5');
    expect(encode({ unit1: 4 })).toThrow('did you mean units1?');
    expect(() => space.decode([0.5])).toThrow('the point must have a number from 0 to 1 for layers');
  });

  it.each<[string, () => SpaceDefinition]>([
    ['a.low must be at most high, got 2 and 1; swap them', () => ({ a: float(2, 1) })],
    ['a.low must be above 0 on a logarithmic scale, got 0', () => ({ a: float(0, 1, { log: true }) })],
    ['a.low must be a finite number, got NaN', () => ({ a: float(NaN, 1) })],
    ['a.high must be a whole number', () => ({ a: int(1, 2.5) })],
    ['a.step must be a whole number of at least 1, got 0.5', () => ({ a: int(1, 2, { step: 0.5 }) })],
    ['a.step must be a finite number above 0, got 0', () => ({ a: float(1, 2, { step: 0 }) })],
    [
      'a.high must be low plus a multiple of step 0.4, got 1; take 0.8 or 1.2',
      () => ({ a: float(0, 1, { step: 0.4 }) }),
    ],
    ['a.low and high must be apart by', () => ({ a: float(1e6, 1e6 + 1) })],
    ['a must have at most 2^32 values, got 10000000001', () => ({ a: int(0, 1e10) })],
    ['got lgo; did you mean log?', () => ({ a: float(1, 2, { lgo: true } as object) })],
    [
      'a.type must be one of float, int, choice, got "flaot"; did you mean float?',
      () => ({ a: { type: 'flaot' } as never }),
    ],
    ['a.values must be a list of at least one value', () => ({ a: choice([]) })],
    [
      'a.values must differ from each other, got [1,2] twice',
      () => ({
        a: choice([
          [1, 2],
          [1, 2],
        ]),
      }),
    ],
    ['a.values[0] must be text, a number', () => ({ a: choice([{}] as never) })],
    ['a must be a finite number, got Infinity', () => ({ a: Infinity })],
    [
      'a.when must name a parameter of the search space, got "layer"; did you mean layers?',
      () => ({ a: when(1, { layer: 2 }), layers: int(1, 2) }),
    ],
    [
      'a.when must name a parameter of the search space, got "zzz"; there are a, b',
      () => ({ a: when(1, { zzz: 2 }), b: 2 }),
    ],
    ['a.when must name one parameter, got 2', () => ({ a: when(1, { b: 2, c: 2 }), b: 1, c: 2 })],
    [
      'a.when must name values that b can have, got 3; name one of its values',
      () => ({ a: when(1, { b: [1, 3] }), b: int(1, 2) }),
    ],
    [
      'a.when must name values that b can have, got 3; it is always 2',
      () => ({ a: when(1, { b: 3 }), b: 2 }),
    ],
    [
      'a.when must name a parameter with separate values, got b; give it a step',
      () => ({ a: when(1, { b: 1 }), b: float(0, 1) }),
    ],
    [
      'conditions must not depend on each other, got a -> b -> a',
      () => ({ a: when(1, { b: 1 }), b: when(1, { a: 1 }) }),
    ],
    [
      'when must get a parameter without a condition',
      () => ({ a: when(when(int(1, 2), { b: 1 }), { c: 1 }), b: 1, c: 1 }),
    ],
  ])('says: %s', (message, definition) => {
    expect(() => defineSpace(definition())).toThrow(message);
  });

  it('says what is wrong with a constraint', () => {
    const defined = (constraint: object) => () =>
      defineSpace({ width: int(1, 2), name: choice(['a', 'b']) }, { constraints: [constraint as never] });
    expect(defined({ left: 'witdh', op: '<', right: 2 })).toThrow(
      'constraints[0].left must name a parameter',
    );
    expect(defined({ left: 'witdh', op: '<', right: 2 })).toThrow('did you mean width?');
    expect(defined({ left: 'width', op: '=<', right: 2 })).toThrow('constraints[0].op must be one of <, <=');
    expect(defined({ left: 'width', op: '<', right: 'name' })).toThrow('that is a number, got "name"');
    expect(defined({ left: 'width', op: '<', rigth: 1 })).toThrow('did you mean right?');
  });
});
