import { createNamed, type Named } from '../registry.ts';
import type { Sampler } from '../sampler.ts';
import { cmaes } from './cmaes/cmaes.ts';
import { gp } from './gp/gp.ts';
import { grid } from './grid.ts';
import { populationBased } from './population-based.ts';
import { quasiRandom } from './quasi-random.ts';
import { random } from './random.ts';
import { tpe } from './tpe/tpe.ts';

/** One line a sampler: its name in settings, and the function that makes it from options. */
const samplers = {
  tpe,
  cmaes,
  gp,
  random,
  grid,
  'quasi-random': quasiRandom,
  'population-based': populationBased,
};
export type SamplerName = keyof typeof samplers;

export const samplerNames = Object.keys(samplers) as readonly SamplerName[];

/** The sampler of that name with those options, as a file or a command line gives them. @throws UsageError */
export function createSampler(settings: Named): Sampler {
  return createNamed('sampler', samplers, settings);
}
