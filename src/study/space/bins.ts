/** Cuts the places from 0 to 1 into one bin a value. NaN stays NaN. */
export interface Bins {
  readonly size: number;
  /** The value whose bin a place is in. */
  indexAt(place: number): number;
  /** The place in its bin that stands for a value. */
  placeOf(index: number): number;
}

/** Bins of the same width; a value lies in the middle of its own. */
export function evenBins(size: number): Bins {
  return {
    size,
    indexAt: (place) => Math.min(size - 1, Math.floor(place * size)),
    placeOf: (index) => (index + 0.5) / size,
  };
}

/**
 * Bins of the values low, low + step ... high on a logarithmic scale: the border of two neighbours is their geometric
 * mean, and the first and last values have as much on their outer side as on their inner one. Needs two values.
 */
export function logBins(low: number, high: number, step: number, size: number): Bins {
  const start = Math.log(low) - Math.log((low + step) / low) / 2;
  const span = Math.log(high) + Math.log(high / (high - step)) / 2 - start;
  return {
    size,
    indexAt: (place) => {
      const value = Math.exp(start + place * span);
      const below = Math.min(size - 1, Math.max(0, Math.floor((value - low) / step)));
      const lower = low + below * step;
      const isUpper = below < size - 1 && value * value >= lower * (lower + step);
      return isUpper ? below + 1 : below;
    },
    placeOf: (index) => (Math.log(low + index * step) - start) / span,
  };
}
