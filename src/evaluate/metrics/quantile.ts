/** numpy's `quantile` of sorted values: linear between neighbours, in its order of operations. NaN of none. */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const a = sorted[below] as number;
  const b = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  const t = place - below;
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}
