import { finiteNumber, knownOptions, oneOf, shown, wholeNumber } from '../../core/check.ts';
import { UsageError } from '../../core/errors.ts';
import { SearchSpace, type SpaceOptions } from '../space.ts';
import type { Constraint } from './constraints.ts';
import { choice, type FixedParameter, float, int, type SpaceDefinition } from './parameters.ts';

type JsonObject = Readonly<Record<string, unknown>>;
type OneParameter = SpaceDefinition[string];

/**
 * A search space from parsed JSON: `{ parameters, constraints }` as `SearchSpace.toJSON` writes it. Parameters may
 * also be written with the keys of a Weights & Biases sweep (`values`, `value`, `min`, `max`, `q`, `distribution`). A
 * value by itself, a list too, is fixed.
 *
 * @param options functions in place of those that the space had when it was stored, in their order
 * @throws UsageError that names what is missing, unknown or out of range
 */
export function searchSpaceFromJSON(json: unknown, options: SpaceOptions = {}): SearchSpace {
  knownOptions('the search space', json as object, ['parameters', 'constraints']);
  const { parameters, constraints = [] } = json as JsonObject;
  if (!isObject(parameters)) {
    throw new UsageError(`the search space must have an object "parameters", got ${shown(parameters)}`);
  }
  if (!Array.isArray(constraints)) {
    throw new UsageError(`constraints must be a list, got ${shown(constraints)}`);
  }
  const definition = Object.entries(parameters).map(([name, value]) => [name, parameterOf(name, value)]);
  const restored = restoredConstraints(constraints, options.constraints ?? []);
  return new SearchSpace(Object.fromEntries(definition), restored);
}

function restoredConstraints(stored: readonly unknown[], given: readonly Constraint[]): Constraint[] {
  const isFunction = (one: unknown) => isObject(one) && 'function' in one;
  const functions = stored.filter(isFunction) as { readonly function: string }[];
  if (functions.length !== given.length) {
    const texts = functions.map((one) => shown(one.function)).join(', ');
    throw new UsageError(
      `constraints must hold the ${functions.length} functions that JSON cannot store, got ${given.length}; ` +
        `pass to searchSpaceFromJSON { constraints: [${texts}] }`,
    );
  }
  const rest = given.values();
  return stored.map((one) => (isFunction(one) ? (rest.next().value as Constraint) : (one as Constraint)));
}

function parameterOf(name: string, json: unknown): OneParameter {
  if (!isObject(json) || 'type' in json) return json as OneParameter;
  const { when, ...own } = json;
  const parameter = 'value' in own ? fixedOf(name, own) : sweptOf(name, own);
  return (when === undefined ? parameter : { ...parameter, when }) as OneParameter;
}

function fixedOf(name: string, json: JsonObject): FixedParameter {
  knownOptions(name, json, ['value', 'distribution']);
  if ('distribution' in json) oneOf(`${name}.distribution`, json.distribution as string, ['constant']);
  return { value: json.value } as FixedParameter;
}

const distributions = {
  int_uniform: { whole: true, log: false, steps: false },
  uniform: { whole: false, log: false, steps: false },
  q_uniform: { whole: false, log: false, steps: true },
  log_uniform_values: { whole: false, log: true, steps: false },
  inv_log_uniform_values: { whole: false, log: true, steps: false },
  q_log_uniform_values: { whole: false, log: true, steps: true },
} as const;
type DistributionName = keyof typeof distributions;

/** A parameter in the keys of a sweep; without `distribution`, whole ends mean whole numbers, as there. */
function sweptOf(name: string, json: JsonObject): FreeParameterOfSweep {
  if ('values' in json) {
    knownOptions(name, json, ['values', 'distribution']);
    if ('distribution' in json) oneOf(`${name}.distribution`, json.distribution as string, ['categorical']);
    return choice(json.values as []);
  }
  knownOptions(name, json, ['min', 'max', 'q', 'distribution']);
  const [min, max] = [json.min as number, json.max as number];
  const guess = Number.isInteger(min) && Number.isInteger(max) ? 'int_uniform' : 'uniform';
  const names = Object.keys(distributions) as DistributionName[];
  const distribution = oneOf(`${name}.distribution`, (json.distribution ?? guess) as string, names);
  const { whole, log, steps } = distributions[distribution];
  if (steps) return steppedOf(name, min, max, json.q ?? 1, log);
  if ('q' in json) throw new UsageError(`${name}.q must stand with q_uniform or q_log_uniform_values only`);
  if (!whole) return float(finiteNumber(`${name}.min`, min), finiteNumber(`${name}.max`, max), { log });
  return int(wholeNumber(`${name}.min`, min, -Infinity), wholeNumber(`${name}.max`, max, -Infinity));
}

type FreeParameterOfSweep = ReturnType<typeof float> | ReturnType<typeof int> | ReturnType<typeof choice>;

/** Multiples of q from the one next to `min` to the one next to `max`. */
function steppedOf(name: string, min: number, max: number, q: unknown, log: boolean): FreeParameterOfSweep {
  const step = finiteNumber(`${name}.q`, q as number, { above: 0 });
  const ends = [min, max].map((end) => Number((Math.round(end / step) * step).toPrecision(15)));
  const [low, high] = ends as [number, number];
  const isWhole = Number.isInteger(step) && Number.isInteger(low);
  return isWhole ? int(low, high, { log, step }) : float(low, high, { log, step });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
