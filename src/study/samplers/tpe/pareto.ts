/** What a comparison of trials by several objectives needs: the value of a trial, to be made small. */
export type ValueOf = (trial: number, objective: number) => number;

/**
 * Sorts trials by how much they are worth keeping: first those that no other dominates, then those that only these
 * dominate, and so on; of a front, those that are far from their neighbours first.
 *
 * Source: Deb et al., "A fast and elitist multiobjective genetic algorithm: NSGA-II", 2002.
 */
export function paretoOrder(trials: readonly number[], objectives: number, value: ValueOf): number[] {
  const ordered: number[] = [];
  let left = trials;
  while (left.length > 0) {
    const front = left.filter((trial) => !left.some((other) => dominates(other, trial, objectives, value)));
    ordered.push(...byCrowding(front, objectives, value));
    const inFront = new Set(front);
    left = left.filter((trial) => !inFront.has(trial));
  }
  return ordered;
}

/** Whether `a` is nowhere worse and somewhere better than `b`. */
export function dominates(a: number, b: number, objectives: number, value: ValueOf): boolean {
  let isBetter = false;
  for (let objective = 0; objective < objectives; objective++) {
    const difference = value(a, objective) - value(b, objective);
    if (difference > 0) return false;
    if (difference < 0) isBetter = true;
  }
  return isBetter;
}

function byCrowding(front: readonly number[], objectives: number, value: ValueOf): number[] {
  const distances = new Map(front.map((trial) => [trial, 0]));
  for (let objective = 0; objective < objectives; objective++) {
    const sorted = [...front].sort((a, b) => value(a, objective) - value(b, objective) || a - b);
    const at = (i: number) => value(sorted[i] as number, objective);
    const range = at(sorted.length - 1) - at(0) || 1;
    for (const [i, trial] of sorted.entries()) {
      const isEnd = i === 0 || i === sorted.length - 1;
      const distance = isEnd ? Infinity : (at(i + 1) - at(i - 1)) / range;
      distances.set(trial, (distances.get(trial) as number) + distance);
    }
  }
  const distanceOf = (trial: number) => distances.get(trial) as number;
  // Two infinite distances differ by NaN, which counts as none: then the earlier trial comes first.
  return [...front].sort((a, b) => distanceOf(b) - distanceOf(a) || a - b);
}
