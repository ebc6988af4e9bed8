import { knownOptions } from '../../core/check.ts';
import { drawUniform, drawWord } from '../random-stream.ts';
import type { Sampler } from '../sampler.ts';
import { AllowedSequence } from './allowed-points.ts';
import { scrambled, sobolDimensions, sobolDirections, sobolWord } from './sobol.ts';

/**
 * The Sobol sequence, scrambled by the seed: spreads points more evenly than chance does, most so after a power of two
 * of them. Points that constraints forbid are left out. Parameters beyond the 64th are drawn at random.
 */
export function quasiRandom(options: Readonly<Record<never, never>> = {}): Sampler {
  knownOptions('options of the quasi-random sampler', options, []);
  return {
    name: 'quasi-random',
    create: (space, _objectives, seed) => {
      const width = space.dimensions.length;
      const directions = sobolDirections(Math.min(width, sobolDimensions));
      const seeds = directions.map((_, d) => drawWord(seed, 'scrambling', d));
      const pointAt = (index: number) =>
        Float64Array.from({ length: width }, (_, d) => {
          const own = directions[d];
          if (!own) return drawUniform(seed, 'beyondSobol', index, d);
          return scrambled(sobolWord(own, index), seeds[d] as number) / 2 ** 32;
        });
      const sequence = new AllowedSequence(space, pointAt);
      return { tell: () => {}, ask: (first, count) => sequence.rows(first, count) };
    },
  };
}
