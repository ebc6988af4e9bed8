import { InvalidArgumentError } from 'commander';

/** Reads an option that is a list of known names, separated by commas. */
export function listOf<T extends string>(known: readonly T[]): (text: string) => T[] {
  return (text) =>
    text.split(',').map((name) => {
      const one = known.find((candidate) => candidate === name);
      if (one !== undefined) return one;
      throw new InvalidArgumentError(`must be of ${known.join(', ')}, got ${name}`);
    });
}
