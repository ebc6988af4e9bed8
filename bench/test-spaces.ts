import type { NamedSpace } from '../src/study/minimize.ts';
import type { Dimension } from '../src/study/space-types.ts';

/** A dimension together with the value that a place stands for. */
export interface NamedDimension extends Dimension {
  value(place: number): number | string;
}

type Condition = NonNullable<Dimension['condition']>;

export function real(name: string, low: number, high: number, condition?: Condition): NamedDimension {
  const value = (place: number) => low + place * (high - low);
  return {
    name,
    kind: 'number',
    size: Infinity,
    snap: (place) => place,
    value,
    ...(condition && { condition }),
  };
}

export function logReal(name: string, low: number, high: number, condition?: Condition): NamedDimension {
  const exponent = real(name, Math.log(low), Math.log(high), condition);
  return { ...exponent, value: (place) => Math.exp(Number(exponent.value(place))) };
}

export function integer(name: string, low: number, high: number, condition?: Condition): NamedDimension {
  const size = high - low + 1;
  const bin = (place: number) => Math.min(Math.floor(place * size), size - 1);
  const snap = (place: number) => (bin(place) + 0.5) / size;
  return {
    name,
    kind: 'number',
    size,
    snap,
    value: (place) => low + bin(place),
    ...(condition && { condition }),
  };
}

export function choice(name: string, values: readonly string[], condition?: Condition): NamedDimension {
  const whole = integer(name, 0, values.length - 1, condition);
  return { ...whole, kind: 'choice', value: (place) => values[Number(whole.value(place))] as string };
}

/** On only where the choice at `dimension` is its value number `value` of `size`. */
export function where(dimension: number, value: number, size: number): Condition {
  return { dimension, holds: (place) => Math.floor(place * size) === value };
}

export function spaceOf(
  dimensions: readonly NamedDimension[],
  isAllowed: NamedSpace['isAllowed'] = () => true,
): NamedSpace {
  return {
    dimensions,
    isAllowed,
    parameters: (point) =>
      Object.fromEntries(
        dimensions
          .map((dimension, d) => [dimension, point[d] as number] as const)
          .filter(([, place]) => !Number.isNaN(place))
          .map(([dimension, place]) => [dimension.name, dimension.value(place)]),
      ),
  };
}
