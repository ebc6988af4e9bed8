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

/** How much of its tolerance a check exhausts: above one where it fails. */
export function exhausted({ deviation, tolerance }: CheckResult): number {
  return deviation === 0 ? 0 : deviation / tolerance;
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
 * Compares two arrays element by element: |got - want| relative to |want| plus the root mean square of what was
 * wanted, since sums of terms of either sign are only as exact as their terms are large.
 *
 * @param before where given, the mean is taken over those elements that changed since: others may be far larger
 * @param least size of the numbers whose difference a result may be: the mean counts as no smaller
 */
export function compareArrays(
  what: string,
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  before?: ArrayLike<number>,
  least = 0,
): Worst {
  const typical = Math.max(least, typicalSize(want, before));
  let worst = nothing;
  for (let i = 0; i < want.length; i++) {
    const [value, wanted] = [got[i] as number, want[i] as number];
    if (value === wanted) continue;
    const deviation = Math.abs(value - wanted) / (Math.abs(wanted) + typical);
    worst = worse(worst, { deviation, where: `${what}[${i}] is ${value} instead of ${wanted}` });
  }
  return worst;
}

function typicalSize(want: ArrayLike<number>, before: ArrayLike<number> | undefined): number {
  let [squares, count] = [0, 0];
  for (let i = 0; i < want.length; i++) {
    if (before && want[i] === before[i]) continue;
    squares += (want[i] as number) ** 2;
    count++;
  }
  return Math.sqrt(squares / Math.max(1, count));
}

/** What the reference leaves as it was before must be left alone to the bit. */
export function compareUntouched(
  what: string,
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  before: ArrayLike<number>,
): Worst {
  for (let i = 0; i < before.length; i++) {
    if (want[i] !== before[i] || got[i] === before[i]) continue;
    const where = `${what}[${i}] is ${got[i]} instead of ${before[i]}, which must not be touched`;
    return { deviation: Number.POSITIVE_INFINITY, where };
  }
  return nothing;
}
