import { knownOptions, oneOf, shown } from '../../core/check.ts';
import { UsageError } from '../../core/errors.ts';
import type { Parameters, ParameterValue } from '../space-types.ts';
import { type Entry, knownParameter } from './entries.ts';

const comparisons = {
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
  '==': (a: number, b: number) => a === b,
  '!=': (a: number, b: number) => a !== b,
} as const;
type Comparison = keyof typeof comparisons;

/** Compares a parameter with another one or with a number. Holds where a parameter that it names is switched off. */
export interface ConstraintRule {
  readonly left: string;
  readonly op: Comparison;
  readonly right: string | number;
}

/** Which trials are allowed. Only rules can be stored: of a function, JSON keeps no more than that there was one. */
export type Constraint<P = Parameters> = ConstraintRule | ((parameters: P) => boolean);

/** What is stored of a constraint that is a function. */
export interface StoredFunction {
  readonly function: string;
}

/** @throws UsageError that names the constraint and the rule that it breaks */
export function allowsBy(constraint: Constraint, index: number, entries: ReadonlyMap<string, Entry>) {
  if (typeof constraint === 'function') return constraint;
  const name = `constraints[${index}]`;
  knownOptions(name, constraint, ['left', 'op', 'right']);
  const { left, right } = constraint;
  const compare = comparisons[oneOf(`${name}.op`, constraint.op, Object.keys(comparisons) as Comparison[])];
  numericParameter(`${name}.left`, left, entries);
  if (typeof right !== 'number') numericParameter(`${name}.right`, right, entries);
  return (parameters: Parameters) => {
    const [a, b] = [parameters[left], typeof right === 'number' ? right : parameters[right]];
    return a === undefined || b === undefined || compare(a as number, b as number);
  };
}

function numericParameter(name: string, wanted: string, entries: ReadonlyMap<string, Entry>): void {
  knownParameter(name, wanted, [...entries.keys()]);
  const example = exampleOf(entries.get(wanted) as Entry);
  if (typeof example === 'number') return;
  const help = 'write a function for anything but numbers';
  throw new UsageError(`${name} must name a parameter that is a number, got ${shown(wanted)}; ${help}`);
}

/** Text among numbers is found too: every value of a choice is looked at. */
function exampleOf({ scale, value }: Entry): ParameterValue | undefined {
  if (scale?.kind !== 'choice') return scale ? scale.decode(0) : value;
  const values = Array.from({ length: scale.size }, (_, i) => scale.decode((i + 0.5) / scale.size));
  return values.find((one) => typeof one !== 'number') ?? values[0];
}

/** @returns the constraints as JSON can hold them */
export function storedConstraint(constraint: Constraint): ConstraintRule | StoredFunction {
  return typeof constraint === 'function' ? { function: String(constraint) } : constraint;
}
