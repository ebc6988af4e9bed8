/** One comparison: the worst deviation that was found beside the largest that is allowed. */
export interface CheckResult {
  readonly name: string;
  readonly deviation: number;
  readonly tolerance: number;
  readonly ok: boolean;
  /** Where the worst deviation is. */
  readonly where: string;
}

export function checkResult(name: string, { deviation, where }: Worst, tolerance: number): CheckResult {
  return { name, deviation, tolerance, ok: deviation <= tolerance, where };
}

/** The worst deviation so far. */
export interface Worst {
  readonly deviation: number;
  readonly where: string;
}

export const nothing: Worst = { deviation: 0, where: '' };

/** The larger of two deviations; one that is not a number counts as the largest. */
export function worse(a: Worst, b: Worst): Worst {
  return a.deviation >= b.deviation
    ? a
    : { ...b, deviation: Number.isNaN(b.deviation) ? Number.POSITIVE_INFINITY : b.deviation };
}

/**
 * Compares two arrays element by element: |got - want| relative to |want| plus the root mean square of all that was
 * wanted, since sums of terms of either sign are only as exact as their terms are large.
 */
export function compareArrays(what: string, got: ArrayLike<number>, want: ArrayLike<number>): Worst {
  let squares = 0;
  for (let i = 0; i < want.length; i++) squares += (want[i] as number) ** 2;
  const typical = Math.sqrt(squares / Math.max(1, want.length));
  let worst = nothing;
  for (let i = 0; i < want.length; i++) {
    const [value, wanted] = [got[i] as number, want[i] as number];
    if (value === wanted) continue;
    const deviation = Math.abs(value - wanted) / (Math.abs(wanted) + typical);
    worst = worse(worst, { deviation, where: `${what}[${i}] is ${value} instead of ${wanted}` });
  }
  return worst;
}
