import type { Rounds } from './records.ts';

/** Trials of the smallest of the first rounds: fewer keep no device busy. */
const fewest = 8;

/**
 * The number of trials with which the round ends that trial `first` is in. Rounds that grow begin with an eighth of a
 * round; then there are as many as a quarter, a half and a whole one.
 */
export function roundEnd(first: number, { size, grow = false }: Rounds): number {
  const early = grow ? [size / 8, size / 4, size / 2].map(Math.floor).filter((end) => end >= fewest) : [];
  return early.find((end) => end > first) ?? size * (Math.floor(first / size) + 1);
}
