/** How fast a search distribution learns; all follows from the number of dimensions and of points in a generation. */
export interface Strategy {
  /** Weights of the points, best first; those of the worse half are negative. */
  readonly weights: Float64Array;
  /** How many points move the mean: the better half. */
  readonly parents: number;
  /** Variance effective selection mass: as if so many equal points moved the mean. */
  readonly mass: number;
  /** Learning rates and dampings in the notation of the tutorial: c_sigma, d_sigma, c_c, c_1, c_mu. */
  readonly sigmaRate: number;
  readonly sigmaDamping: number;
  readonly pathRate: number;
  readonly rankOneRate: number;
  readonly rankMuRate: number;
}

/** Points of a generation unless more are evaluated together. */
export function defaultPopulation(dimensions: number): number {
  return 4 + Math.floor(3 * Math.log(dimensions));
}

/** Source: Hansen, "The CMA evolution strategy: a tutorial", 2016 (arXiv 1604.00772), table 1, equations 49 to 58. */
export function strategyFor(dimensions: number, population: number): Strategy {
  const parents = Math.floor(population / 2);
  const raw = Array.from({ length: population }, (_, i) => Math.log((population + 1) / 2) - Math.log(i + 1));
  const mass = effectiveMass(raw.slice(0, parents));
  const rankOneRate = 2 / ((dimensions + 1.3) ** 2 + mass);
  const rankMuRate = Math.min(
    1 - rankOneRate - 1e-8,
    (2 * (mass - 2 + 1 / mass)) / ((dimensions + 2) ** 2 + mass),
  );
  const negativeSum = Math.min(
    1 + rankOneRate / rankMuRate,
    1 + (2 * effectiveMass(raw.slice(parents))) / (mass + 2),
    (1 - rankOneRate - rankMuRate) / (dimensions * rankMuRate),
  );
  const sigmaRate = (mass + 2) / (dimensions + mass + 5);
  return {
    weights: scaledWeights(raw, negativeSum),
    parents,
    mass,
    sigmaRate,
    sigmaDamping: 1 + 2 * Math.max(0, Math.sqrt((mass - 1) / (dimensions + 1)) - 1) + sigmaRate,
    pathRate: (4 + mass / dimensions) / (dimensions + 4 + (2 * mass) / dimensions),
    rankOneRate,
    rankMuRate,
  };
}

function effectiveMass(weights: readonly number[]): number {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return sum ** 2 / weights.reduce((total, weight) => total + weight ** 2, 0);
}

/** The positive ones add up to 1, the negative ones to `-negativeSum`. */
function scaledWeights(raw: readonly number[], negativeSum: number): Float64Array {
  const sum = (sign: number) => raw.reduce((total, weight) => total + Math.max(0, sign * weight), 0);
  const positive = sum(1);
  const negative = sum(-1);
  return Float64Array.from(raw, (weight) =>
    weight >= 0 ? weight / positive : (negativeSum / negative) * weight,
  );
}
