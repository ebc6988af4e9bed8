import type { Dimension } from '../../space-types.ts';

/**
 * Splits the dimensions of a space into those that are always switched on and off together, in the order of their first
 * ones, so that a group comes after the one that switches it on. Where a group is on, its trials have no gaps and can be
 * modelled together.
 *
 * @returns for each group its dimensions
 */
export function jointlyActive(dimensions: readonly Dimension[]): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  for (const d of dimensions.keys()) {
    const key = conditionKey(d, dimensions);
    groups.set(key, [...(groups.get(key) ?? []), d]);
  }
  return [...groups.values()];
}

/** The same text for dimensions with the same condition; one whose condition cannot be told apart is a group itself. */
function conditionKey(d: number, dimensions: readonly Dimension[]): string {
  const condition = dimensions[d]?.condition;
  if (!condition) return 'always';
  const parent = dimensions[condition.dimension];
  if (parent?.kind !== 'choice') return `only ${d}`;
  const holds = Array.from({ length: parent.size }, (_, i) => condition.holds((i + 0.5) / parent.size));
  return `${condition.dimension} ${holds.map(Number).join('')}`;
}
