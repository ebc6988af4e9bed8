import { knownOptions } from '../../core/check.ts';
import { drawUniform } from '../random-stream.ts';
import type { Sampler } from '../sampler.ts';
import type { SampledSpace } from '../space-types.ts';
import { firstAllowed } from './allowed-points.ts';

/** Draws every parameter uniformly on its own scale; what constraints forbid is drawn again. */
export function random(options: Readonly<Record<never, never>> = {}): Sampler {
  knownOptions('options of the random sampler', options, []);
  return {
    name: 'random',
    create: (space, _objectives, seed) => ({
      tell: () => {},
      ask: (first, count) => {
        const width = space.dimensions.length;
        const rows = new Float64Array(count * width);
        for (let row = 0; row < count; row++) {
          randomPoint(space, seed, first + row, rows.subarray(row * width, (row + 1) * width));
        }
        return rows;
      },
    }),
  };
}

/** Fills in the point that the random sampler suggests for a trial. */
export function randomPoint(space: SampledSpace, seed: number, index: number, point: Float64Array): void {
  firstAllowed(space, point, (attempt) => {
    for (let d = 0; d < point.length; d++) {
      point[d] = drawUniform(seed, 'random', index, attempt * point.length + d);
    }
  });
}
