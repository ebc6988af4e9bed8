import { normalCdf } from '../src/core/normal.ts';

export interface RankTest {
  /** The probability that a value of the first sample is smaller than one of the second; ties count half. */
  readonly smaller: number;
  /** How likely so large a difference, in either direction, is by chance alone. */
  readonly p: number;
}

/**
 * Compares two samples by the ranks of their values: Mann and Whitney's test by the normal approximation, with
 * corrections for ties and for continuity, as scipy.stats.mannwhitneyu(method='asymptotic').
 */
export function mannWhitney(first: readonly number[], second: readonly number[]): RankTest {
  const pairs = first.length * second.length;
  let wins = 0;
  for (const a of first) for (const b of second) wins += a < b ? 1 : a === b ? 0.5 : 0;
  const total = first.length + second.length;
  const ties = tieSizes([...first, ...second]).reduce((sum, size) => sum + size ** 3 - size, 0);
  const variance = (pairs / 12) * (total + 1 - ties / (total * (total - 1)));
  if (variance <= 0) return { smaller: wins / pairs, p: 1 };
  const distance = Math.max(0, Math.abs(wins - pairs / 2) - 0.5);
  return { smaller: wins / pairs, p: Math.min(1, 2 * normalCdf(-distance / Math.sqrt(variance))) };
}

/** How many values of each kind there are. */
function tieSizes(values: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()];
}
