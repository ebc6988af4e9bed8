/** A value of a parameter, as JSON can hold it; a list names, for example, the widths of layers. */
export type ParameterValue = string | number | boolean | null | readonly ParameterValue[];

/** The parameters of one trial by name; those that its other values switch off are missing. */
export type Parameters = Readonly<Record<string, ParameterValue>>;

/**
 * One free parameter as samplers see it: a number from 0 to 1, on a linear or logarithmic scale of the parameter's
 * own. Points of a space are rows of such numbers, with NaN for parameters that are switched off.
 */
export interface Dimension {
  readonly name: string;
  /** `number`: neighbours are alike; `choice`: the i-th of n values is (i + 0.5) / n, and no two are alike. */
  readonly kind: 'number' | 'choice';
  /** How many values there are; Infinity for a continuous parameter. */
  readonly size: number;
  /** The place from 0 to 1 of the value that a place stands for; a continuous parameter's moves by 2^-33 at most. */
  snap(place: number): number;
  /** Switched on only where another dimension, which comes before, has one of some values. Never holds for NaN. */
  readonly condition?: { readonly dimension: number; readonly holds: (place: number) => boolean };
}

/** What samplers need to know of a search space. */
export interface SampledSpace {
  readonly dimensions: readonly Dimension[];
  /** Whether the constraints allow a point. */
  isAllowed(point: ArrayLike<number>): boolean;
}
