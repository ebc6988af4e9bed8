import { max, median, min } from 'd3-array';

/** A score and when it was there. */
export interface TracePoint {
  /** Since the system's process started. */
  readonly seconds: number;
  /** Cross-validated log loss. */
  readonly loss: number;
}

/** The scores, in the order of their time, that were better than all before them. */
export function bestSoFar<T extends TracePoint>(points: readonly T[]): T[] {
  let best = Number.POSITIVE_INFINITY;
  return points.filter(({ loss }) => {
    const isBetter = loss < best;
    if (isBetter) best = loss;
    return isBetter;
  });
}

/** The best score after so many seconds; NaN where there is none yet. */
export function lossAt(trace: readonly TracePoint[], seconds: number): number {
  return min(trace, (point) => (point.seconds <= seconds ? point.loss : undefined)) ?? Number.NaN;
}

/** Seconds until a score is at most `loss`; infinite where it never is. */
export function timeToReach(trace: readonly TracePoint[], loss: number): number {
  return trace.find((point) => point.loss <= loss)?.seconds ?? Number.POSITIVE_INFINITY;
}

/** How much sooner a system had the best score of another. */
export interface Lead {
  /** The other's best score, and when the other had it. */
  readonly loss: number;
  readonly seconds: number;
  /** When this system had it first; infinite: not at all. */
  readonly reached: number;
  /** `seconds / reached`: above 1 it was sooner; 0 where it never had it. */
  readonly times: number;
}

/** @returns undefined where the other has no score at all */
export function leadOver(trace: readonly TracePoint[], other: readonly TracePoint[]): Lead | undefined {
  const best = bestSoFar(other).at(-1);
  if (!best) return undefined;
  const reached = timeToReach(trace, best.loss);
  return { ...best, reached, times: best.seconds / reached };
}

/** Best scores over several seeds at one time. */
export interface TraceSpread {
  readonly seconds: number;
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/** From when on all traces have a score: their median and range each time that one of them changes, and at the end. */
export function spreadOverTime(traces: readonly (readonly TracePoint[])[], end: number): TraceSpread[] {
  const times = new Set([...traces.flat().map(({ seconds }) => seconds), end]);
  return [...times]
    .sort((a, b) => a - b)
    .map((seconds) => ({ seconds, losses: traces.map((trace) => lossAt(trace, seconds)) }))
    .filter(({ losses }) => losses.length > 0 && losses.every(Number.isFinite))
    .map(({ seconds, losses }) => ({
      seconds,
      least: min(losses) as number,
      median: median(losses) as number,
      most: max(losses) as number,
    }));
}
