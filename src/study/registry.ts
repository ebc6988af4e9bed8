import { oneOf, shown } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';

/** What is chosen by name: the other fields are its options. */
export interface Named {
  readonly name: string;
  readonly [option: string]: unknown;
}

/** Makes things by name from a table of functions that take options. */
export type Factories<T> = Readonly<Record<string, (options: never) => T>>;

/**
 * Makes what the settings name.
 *
 * @param kind what it is, for messages
 * @throws UsageError that guesses which name or option was meant
 */
export function createNamed<T>(kind: string, factories: Factories<T>, settings: Named): T {
  if (typeof settings !== 'object' || settings === null) {
    throw new UsageError(`${kind} must be an object with a name, got ${shown(settings)}`);
  }
  const { name, ...options } = settings;
  const factory = factories[oneOf(`${kind}.name`, name, Object.keys(factories))];
  return (factory as (options: object) => T)(options);
}
