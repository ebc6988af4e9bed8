import { closest, knownOptions, shown } from '../../core/check.ts';
import { UsageError } from '../../core/errors.ts';
import type { ParameterValue } from '../space-types.ts';
import type { Condition, FixedParameter, FreeParameter, SpaceDefinition } from './parameters.ts';
import { checkValue, type Scale, scaleOf } from './scales.ts';

/** One parameter of a space, checked. Its scale is missing where it is fixed, its value where it is free. */
export interface Entry {
  readonly name: string;
  readonly scale?: Scale;
  readonly value?: ParameterValue;
  readonly when?: When;
}

/** Switched on where the other parameter has one of the values. */
export interface When {
  readonly parameter: string;
  readonly values: readonly ParameterValue[];
}

/** @throws UsageError that names the parameter and the rule that it breaks */
export function entriesOf(definition: SpaceDefinition): Map<string, Entry> {
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition)) {
    throw new UsageError(`the search space must be an object of parameters, got ${shown(definition)}`);
  }
  const entries = Object.entries(definition).map(([name, parameter]) => entryOf(name, parameter));
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  for (const { name, when } of entries) {
    if (when) knownParameter(`${name}.when`, when.parameter, [...byName.keys()]);
  }
  return byName;
}

function entryOf(name: string, parameter: SpaceDefinition[string]): Entry {
  if (typeof parameter !== 'object' || parameter === null || Array.isArray(parameter)) {
    checkValue(name, parameter as ParameterValue);
    return { name, value: parameter as ParameterValue };
  }
  const given = parameter as FreeParameter | FixedParameter;
  const when = given.when === undefined ? {} : { when: whenOf(name, given.when) };
  if (!('value' in given)) return { name, scale: scaleOf(name, given), ...when };
  knownOptions(name, given, ['value', 'when']);
  checkValue(`${name}.value`, given.value);
  return { name, value: given.value, ...when };
}

function whenOf(name: string, condition: Condition): When {
  const pairs = Object.entries(condition);
  const [pair] = pairs;
  if (pair === undefined || pairs.length > 1) {
    throw new UsageError(
      `${name}.when must name one parameter, got ${pairs.length}; to need two, let one of them depend on the other`,
    );
  }
  const [parameter, wanted] = pair;
  return { parameter, values: Array.isArray(wanted) ? wanted : [wanted as ParameterValue] };
}

/** @throws UsageError with a guess at which parameter was meant */
export function knownParameter(name: string, wanted: string, names: readonly string[]): void {
  if (names.includes(wanted)) return;
  const guess = closest(wanted, names);
  const help = guess ? `did you mean ${guess}?` : `there are ${names.join(', ')}`;
  throw new UsageError(`${name} must name a parameter of the search space, got ${shown(wanted)}; ${help}`);
}
