/**
 * Places of results of one objective, best first: complete trials, pruned ones by how long they trained, then those that
 * failed; the smaller value first where they are alike.
 */
export function rankedResults(values: ArrayLike<number>, shares: ArrayLike<number>): number[] {
  const value = (i: number) => values[i] as number;
  const share = (i: number) => (Number.isNaN(value(i)) ? -1 : (shares[i] as number));
  return Array.from({ length: values.length }, (_, i) => i).sort(
    (a, b) => share(b) - share(a) || value(a) - value(b) || a - b,
  );
}
