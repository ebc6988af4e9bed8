import { UsageError } from '../../core/errors.ts';
import type { ParameterValue } from '../space-types.ts';
import type { Entry } from './entries.ts';
import { valueKey } from './scales.ts';

/** A switch of a parameter: the free parameter that it depends on, and the places of the values that turn it on. */
export interface Switch {
  readonly parameter: string;
  readonly places: ReadonlySet<number>;
}

/** The switch of an entry, or undefined where it is always on. @throws UsageError where nothing could turn it on */
export function switchOf(entry: Entry, entries: ReadonlyMap<string, Entry>): Switch | undefined {
  if (!entry.when) return undefined;
  const { parameter, values } = entry.when;
  const target = entries.get(parameter) as Entry;
  if (!target.scale) {
    // A fixed value has no places: where it is there at all, it turns on what names it.
    const wrong = values.find((value) => valueKey(value) !== valueKey(target.value as ParameterValue));
    if (wrong !== undefined) refuse(entry.name, parameter, wrong, `it is always ${shownValue(target.value)}`);
    return switchOf(target, entries);
  }
  const { size, encode } = target.scale;
  if (size === Infinity) {
    throw new UsageError(
      `${entry.name}.when must name a parameter with separate values, got ${parameter}; give it a step`,
    );
  }
  const places = values.map((value) => {
    const place = encode(value);
    if (place === undefined) refuse(entry.name, parameter, value, 'name one of its values');
    return place as number;
  });
  return { parameter, places: new Set(places) };
}

function refuse(name: string, parameter: string, value: ParameterValue, help: string): never {
  throw new UsageError(
    `${name}.when must name values that ${parameter} can have, got ${shownValue(value)}; ${help}`,
  );
}

const shownValue = (value: ParameterValue | undefined) => JSON.stringify(value);

/** The entries such that each comes after the one it depends on. @throws UsageError where they go in a circle */
export function inOrder(entries: ReadonlyMap<string, Entry>): Entry[] {
  const ordered = new Set<Entry>();
  const visit = (entry: Entry, path: readonly string[]) => {
    if (path.includes(entry.name)) {
      const circle = [...path.slice(path.indexOf(entry.name)), entry.name].join(' -> ');
      throw new UsageError(`conditions must not depend on each other, got ${circle}; drop one of them`);
    }
    if (entry.when) visit(entries.get(entry.when.parameter) as Entry, [...path, entry.name]);
    ordered.add(entry);
  };
  for (const entry of entries.values()) visit(entry, []);
  return [...ordered];
}
