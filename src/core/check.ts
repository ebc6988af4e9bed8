import { UsageError } from './errors.ts';

/** Returns the value if it is a whole number from `least` to `most`. @throws UsageError otherwise */
export function wholeNumber(
  name: string,
  value: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new UsageError(`${name} must be a whole number ${range}, got ${shown(value)}`);
}

/** The ends of a range; `above` and `below` exclude theirs. */
export interface Range {
  readonly least?: number;
  readonly most?: number;
  readonly above?: number;
  readonly below?: number;
}

/** Returns the value if it is finite and in the range. @throws UsageError otherwise */
export function finiteNumber(name: string, value: number, range: Range = {}): number {
  const { least = -Infinity, most = Infinity, above = -Infinity, below = Infinity } = range;
  const fits = Number.isFinite(value) && value >= least && value <= most && value > above && value < below;
  if (fits) return value;
  const words = { least: 'at least', above: 'above', most: 'at most', below: 'below' } as const;
  const ends = (Object.keys(words) as (keyof Range)[]).filter((end) => range[end] !== undefined);
  const rules = ends.map((end) => ` ${words[end]} ${range[end]}`).join(' and');
  throw new UsageError(`${name} must be a finite number${rules}, got ${shown(value)}`);
}

/** Returns the value if it is true or false. @throws UsageError otherwise */
export function trueOrFalse(name: string, value: boolean): boolean {
  if (typeof value === 'boolean') return value;
  throw new UsageError(`${name} must be true or false, got ${shown(value)}`);
}

/** Returns the value if it is one of the choices. @throws UsageError that lists them and guesses which was meant */
export function oneOf<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  throw new UsageError(
    `${name} must be one of ${choices.join(', ')}, got ${shown(value)}${hint(value, choices)}`,
  );
}

/**
 * Refuses options that do not exist, so that a misspelt one from a file or from plain JavaScript is not ignored.
 *
 * @param name whose options they are
 * @throws UsageError that names the first unknown option and guesses which was meant
 */
export function knownOptions(name: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new UsageError(`${name} must be an object with options, got ${shown(options)}`);
  }
  const unknown = Object.keys(options).find((option) => !known.includes(option));
  if (unknown === undefined) return;
  throw new UsageError(
    `${name} must have options from ${known.join(', ')}, got ${unknown}${hint(unknown, known)}`,
  );
}

/**
 * Says of a parsed value that it is an object with these fields and no others; what they hold is checked where they are
 * used.
 *
 * @param fields must be there, and not null
 * @param nullable must be there
 * @throws UsageError for anything else
 */
export function plainObject<T extends object>(
  name: string,
  value: unknown,
  fields?: readonly (keyof T & string)[],
  nullable: readonly (keyof T & string)[] = [],
): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`${name} must be an object, got ${shown(value)}`);
  }
  if (fields) {
    knownOptions(name, value, [...fields, ...nullable]);
    const given = value as Partial<T>;
    const missing =
      fields.find((field) => given[field] == null) ?? nullable.find((field) => given[field] === undefined);
    if (missing) throw new UsageError(`${name} must have ${missing}, got none`);
  }
  return value as T;
}

/** A value as it may stand in a message: text in quotes, so that "1" is told from 1; long text cut short. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
}

function hint(value: unknown, choices: readonly string[]): string {
  const guess = typeof value === 'string' ? closest(value, choices) : undefined;
  return guess ? `; did you mean ${guess}?` : '';
}

/** The candidate that differs least from `text`, if it differs in few letters; case, `_` and `-` do not count. */
export function closest<T extends string>(text: string, candidates: readonly T[]): T | undefined {
  const bare = (word: string) => word.toLowerCase().replace(/[_-]/g, '');
  const wanted = bare(text);
  const ranked = candidates.map((candidate) => ({
    candidate,
    distance: editDistance(wanted, bare(candidate)),
  }));
  ranked.sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  if (!best || best.distance >= Math.max(wanted.length, bare(best.candidate).length)) return undefined;
  return best.distance <= Math.max(1, wanted.length / 3) ? best.candidate : undefined;
}

/** Insertions, deletions, changes and swaps of neighbours that turn one word into the other (Damerau, Levenshtein). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? (before[j - 2] ?? Infinity) + 1 : Infinity;
      next.push(Math.min(change, swap, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] as number;
}
