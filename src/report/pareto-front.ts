/**
 * Rows that no other row dominates, ascending: dominated is what is nowhere smaller and somewhere larger than another
 * row. Of equal rows all stay.
 *
 * @param costs rows of numbers that shall be small
 */
export function paretoFront(costs: readonly (readonly number[])[]): number[] {
  const order = Array.from(costs.keys()).sort((a, b) => compare(costs[a] ?? [], costs[b] ?? []));
  const front: number[] = [];
  // In this order nothing that comes later dominates what came before.
  for (const row of order) {
    const own = costs[row] ?? [];
    if (!front.some((other) => dominates(costs[other] ?? [], own))) front.push(row);
  }
  return front.sort((a, b) => a - b);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((cost, at) => cost !== b[at]);
  return i < 0 ? 0 : (a[i] as number) - (b[i] as number);
}

function dominates(a: readonly number[], b: readonly number[]): boolean {
  return a.every((cost, i) => cost <= (b[i] as number)) && a.some((cost, i) => cost < (b[i] as number));
}
