/** Values are brought nearer from so many times the median's height above the least value on. */
const bend = 5;

/**
 * Values as the process models them, with mean 0 and variance 1. A failed trial counts as the worst one, a pruned one
 * as no better than the median of the complete ones, since its value is not its last. What is far above the least value
 * is brought nearer, logarithmically, so that a few huge values do not hide the differences between good ones.
 */
export function modelledValues(values: Float64Array, shares: Float64Array): Float64Array {
  const known = values.filter((value) => !Number.isNaN(value));
  const complete = values.filter((value, i) => !Number.isNaN(value) && shares[i] === 1);
  const median = medianOf(complete.length > 0 ? complete : known);
  const worst = known.reduce((most, value) => Math.max(most, value), median);
  const filled = values.map((value, i) => {
    if (Number.isNaN(value)) return worst;
    return shares[i] === 1 ? value : Math.max(value, median);
  });
  const least = filled.reduce((low, value) => Math.min(low, value), Infinity);
  const scale = bend * (median - least) || 1;
  return standardized(filled.map((value) => Math.log1p((value - least) / scale)));
}

function medianOf(values: Float64Array): number {
  const sorted = values.toSorted();
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function standardized(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const deviation = Math.sqrt(variance) || 1;
  return values.map((value) => (value - mean) / deviation);
}
