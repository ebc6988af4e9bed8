import type { Rounds } from './records.ts';

/** Trials of the smallest of the first rounds: on five folds they are 20 trainings. */
const fewest = 4;

/**
 * The number of trials with which the round ends that trial `first` is in. Rounds that grow begin with a sixteenth of
 * a round; then there are as many as an eighth, a quarter, a half and a whole one.
 */
export function roundEnd(first: number, { size, grow = false }: Rounds): number {
  const starts = grow ? [size / 16, size / 8, size / 4, size / 2] : [];
  const early = starts.map(Math.floor).filter((end) => end >= fewest);
  return early.find((end) => end > first) ?? size * (Math.floor(first / size) + 1);
}
