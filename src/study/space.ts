import { knownOptions, shown } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import { allowsBy, type Constraint, type StoredFunction, storedConstraint } from './space/constraints.ts';
import { type Entry, entriesOf, knownParameter } from './space/entries.ts';
import type { ParametersOf, SpaceDefinition } from './space/parameters.ts';
import { type Scale, valueKey } from './space/scales.ts';
import { inOrder, type Switch, switchOf } from './space/switches.ts';
import type { Dimension, Parameters, ParameterValue, SampledSpace } from './space-types.ts';

export interface SpaceOptions<P = Parameters> {
  /** All must hold. A function gets a trial's parameters and says whether they are allowed. */
  readonly constraints?: readonly Constraint<P>[];
}

/** A search space as JSON; `searchSpaceFromJSON` reads it. */
export interface SearchSpaceJSON {
  readonly [field: string]: unknown;
  readonly parameters: SpaceDefinition;
  readonly constraints?: readonly (Constraint | StoredFunction)[];
}

/**
 * Describes what is searched: free parameters (`float`, `int`, `choice`), conditional ones (`when`), and fixed values.
 *
 * ```ts
 * const space = defineSpace({
 *   learningRate: float(1e-4, 1e-1, { log: true }),
 *   layers: int(1, 2),
 *   units1: int(4, 64, { log: true }),
 *   units2: when(int(4, 64, { log: true }), { layers: 2 }),
 *   activation: choice(['relu', 'tanh']),
 *   batchSize: 32,
 * }, { constraints: [{ left: 'units2', op: '<=', right: 'units1' }] });
 * ```
 *
 * @throws UsageError that names the parameter, the rule that it breaks and how to mend it
 */
export function defineSpace<const S extends SpaceDefinition>(
  definition: S,
  options: SpaceOptions<ParametersOf<S>> = {},
): SearchSpace<ParametersOf<S>> {
  knownOptions('options of defineSpace', options, ['constraints']);
  return new SearchSpace(definition, (options.constraints ?? []) as readonly Constraint[]);
}

/** A checked search space. Made by `defineSpace` and `searchSpaceFromJSON`. */
export class SearchSpace<P extends object = Parameters> implements SampledSpace {
  /** The free parameters, each behind the one it depends on. */
  readonly dimensions: readonly Dimension[];
  /** How many different trials there are before constraints; Infinity where a parameter is continuous. */
  readonly size: number;
  private readonly definition: SpaceDefinition;
  private readonly constraints: readonly Constraint[];
  private readonly entries: ReadonlyMap<string, Entry>;
  private readonly switches: ReadonlyMap<string, Switch | undefined>;
  private readonly indices: ReadonlyMap<string, number>;
  private readonly allows: readonly ((parameters: Parameters) => boolean)[];

  constructor(definition: SpaceDefinition, constraints: readonly Constraint[]) {
    this.definition = definition;
    this.constraints = constraints;
    const entries = entriesOf(definition);
    const ordered = inOrder(entries);
    const free = ordered.filter((entry) => entry.scale);
    this.entries = entries;
    this.switches = new Map(ordered.map((entry) => [entry.name, switchOf(entry, entries)]));
    this.indices = new Map(free.map(({ name }, index) => [name, index]));
    this.dimensions = free.map((entry) => this.dimensionOf(entry));
    this.size = this.countBelow(undefined);
    this.allows = constraints.map((constraint, index) => allowsBy(constraint, index, entries));
  }

  /** The parameters that a point stands for: fixed ones too, those that are switched off missing. */
  decode(point: ArrayLike<number>): P {
    const pairs = [...this.entries.values()]
      .filter(({ name }) => this.isOn(name, point))
      .map(({ name, scale, value }) => [name, scale ? this.decodeOne(name, scale, point) : value]);
    return Object.fromEntries(pairs) as P;
  }

  /** The point that stands for parameters; fixed ones may be left out. @throws UsageError where one is not possible */
  encode(parameters: P): Float64Array {
    const given = new Map(Object.entries(parameters as Parameters));
    for (const name of given.keys()) knownParameter('parameters', name, [...this.entries.keys()]);
    const point = new Float64Array(this.dimensions.length).fill(NaN);
    for (const name of this.switches.keys()) {
      const entry = this.entries.get(name) as Entry;
      const place = placeIn(entry, given.get(name), this.isOn(name, point));
      if (entry.scale) point[this.indices.get(name) as number] = place;
    }
    return point;
  }

  isAllowed(point: ArrayLike<number>): boolean {
    if (this.allows.length === 0) return true;
    const parameters = this.decode(point) as Parameters;
    return this.allows.every((allows) => allows(parameters));
  }

  /** The space as plain JSON. Of constraints that are functions it holds the text only, which is not read back. */
  toJSON(): SearchSpaceJSON {
    const constraints = this.constraints.map(storedConstraint);
    return { parameters: this.definition, ...(constraints.length > 0 ? { constraints } : {}) };
  }

  private dimensionOf({ name, scale }: Entry): Dimension {
    const { kind, size, snap } = scale as Scale;
    const own = this.switches.get(name);
    if (!own) return { name, kind, size, snap };
    const parent = this.entries.get(own.parameter)?.scale as Scale;
    const holds = (place: number) => own.places.has(parent.snap(place));
    return {
      name,
      kind,
      size,
      snap,
      condition: { dimension: this.indices.get(own.parameter) as number, holds },
    };
  }

  private isOn(name: string, point: ArrayLike<number>): boolean {
    const own = this.switches.get(name);
    if (!own) return true;
    const parent = this.entries.get(own.parameter)?.scale as Scale;
    const place = point[this.indices.get(own.parameter) as number] as number;
    return this.isOn(own.parameter, point) && own.places.has(parent.snap(place));
  }

  private decodeOne(name: string, scale: Scale, point: ArrayLike<number>): ParameterValue {
    const place = point[this.indices.get(name) as number];
    if (place !== undefined && !Number.isNaN(place)) return scale.decode(place);
    throw new UsageError(`the point must have a number from 0 to 1 for ${name}, got ${shown(place)}`);
  }

  /** How many ways there are to set the parameters that depend on `parent` at `place`, and those below them. */
  private countBelow(parent: string | undefined, place?: number): number {
    const below = this.dimensions.filter(({ name }) => {
      const own = this.switches.get(name);
      return own?.parameter === parent && (place === undefined || own?.places.has(place));
    });
    return below.reduce((product, dimension) => product * this.countFrom(dimension), 1);
  }

  private countFrom({ name, size }: Dimension): number {
    const switching = [...this.switches.values()].filter((own) => own?.parameter === name);
    const places = new Set(switching.flatMap((own) => [...(own?.places ?? [])]));
    return [...places].reduce((sum, place) => sum + this.countBelow(name, place), size - places.size);
  }
}

function placeIn({ name, scale, value: fixed }: Entry, value: ParameterValue | undefined, isOn: boolean) {
  if (!isOn) {
    if (value === undefined) return NaN;
    throw new UsageError(
      `${name} must be missing where its condition does not hold, got ${valueKey(value)}; drop it`,
    );
  }
  if (!scale) {
    if (value === undefined || valueKey(value) === valueKey(fixed as ParameterValue)) return NaN;
    throw new UsageError(`${name} must be ${valueKey(fixed as ParameterValue)}, got ${valueKey(value)}`);
  }
  const place = value === undefined ? undefined : scale.encode(value);
  if (place !== undefined) return place;
  const got = value === undefined ? 'none' : valueKey(value);
  throw new UsageError(`${name} must be a value of the search space, got ${got}`);
}
