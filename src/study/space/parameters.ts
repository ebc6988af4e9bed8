import { UsageError } from '../../core/errors.ts';
import type { ParameterValue } from '../space-types.ts';

/*
 * What a search space is written in. Everything is plain data, so that a space is its own JSON; `defineSpace` checks
 * it, and names the parameter in its errors.
 */

/** Which values of another parameter switch a parameter on: one value, or a list of values. */
export interface Condition {
  /** For a parameter whose values are lists, write a list of lists: `{ hidden: [[32, 16]] }`. */
  readonly [parameter: string]: ParameterValue;
}

/** How the numbers between `low` and `high` are spread. */
export interface NumberOptions {
  /** Each factor counts the same, rather than each difference: for learning rates, penalties, widths. Default false. */
  readonly log?: boolean;
  /** Only `low`, `low + step` ... `high`: `high - low` must be a multiple. Default: 1 for `int`, none for `float`. */
  readonly step?: number;
}

interface Switchable {
  readonly when?: Condition;
}

/** A number from `low` to `high`, both included. */
export interface NumberParameter<T extends 'float' | 'int' = 'float' | 'int'>
  extends NumberOptions,
    Switchable {
  readonly type: T;
  readonly low: number;
  readonly high: number;
}

/** One of a list of values, without any order among them. */
export interface ChoiceParameter<T extends ParameterValue = ParameterValue> extends Switchable {
  readonly type: 'choice';
  readonly values: readonly T[];
}

/** A value that no trial varies; only needed where it is conditional, otherwise write the value itself. */
export interface FixedParameter<T extends ParameterValue = ParameterValue> extends Switchable {
  readonly value: T;
}

export type FreeParameter = NumberParameter | ChoiceParameter;

/** A search space by the names of its parameters. */
export interface SpaceDefinition {
  readonly [name: string]: FreeParameter | FixedParameter | ParameterValue;
}

/** A parameter that is only there where another one has certain values. */
export type Conditional<P> = (P extends FreeParameter ? P : { readonly value: P }) & {
  readonly when: Condition;
};

/** The type of one parameter's value. */
export type ValueOf<P> = P extends NumberParameter
  ? number
  : P extends ChoiceParameter<infer T>
    ? T
    : P extends FixedParameter<infer T>
      ? T
      : P;

type SwitchedNames<S> = { [K in keyof S]: S[K] extends { readonly when: Condition } ? K : never }[keyof S];

/** The type of a trial's parameters: conditional ones are optional. */
export type ParametersOf<S> = {
  readonly [K in keyof S as K extends SwitchedNames<S> ? never : K]: ValueOf<S[K]>;
} & { readonly [K in keyof S as K extends SwitchedNames<S> ? K : never]?: ValueOf<S[K]> };

/** A real number from `low` to `high`. */
export function float(low: number, high: number, options: NumberOptions = {}): NumberParameter<'float'> {
  return { type: 'float', low, high, ...options };
}

/** A whole number from `low` to `high`. */
export function int(low: number, high: number, options: NumberOptions = {}): NumberParameter<'int'> {
  return { type: 'int', low, high, ...options };
}

/** One of some values, which may be lists: `choice([[32], [32, 16]])`. */
export function choice<const T extends readonly ParameterValue[]>(values: T): ChoiceParameter<T[number]> {
  return { type: 'choice', values };
}

/**
 * Switches a parameter, or a fixed value, on where another parameter has a value, or one of a list of values:
 * `units2: when(int(4, 64), { layers: [2, 3] })`. Where the other parameter is itself switched off, so is this one.
 */
export function when<const P extends FreeParameter | ParameterValue>(
  parameter: P,
  condition: Condition,
): Conditional<P> {
  const isFree = typeof parameter === 'object' && parameter !== null && !Array.isArray(parameter);
  if (isFree && 'when' in parameter) {
    throw new UsageError(
      'when must get a parameter without a condition; let one condition depend on the other',
    );
  }
  const own = isFree ? parameter : { value: parameter };
  return { ...own, when: condition } as unknown as Conditional<P>;
}
