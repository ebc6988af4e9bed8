import type { Pruner } from '../pruner.ts';
import { createNamed, type Named } from '../registry.ts';
import { asha } from './asha.ts';
import { hyperband } from './hyperband.ts';
import { medianPruner } from './median.ts';
import { noPruner } from './none.ts';

/** One line a pruner: its name in settings, and the function that makes it from options. */
const pruners = {
  none: noPruner,
  median: medianPruner,
  asha,
  hyperband,
};
export type PrunerName = keyof typeof pruners;

export const prunerNames = Object.keys(pruners) as readonly PrunerName[];

/** The pruner of that name with those options, as a file or a command line gives them. @throws UsageError */
export function createPruner(settings: Named): Pruner {
  return createNamed('pruner', pruners, settings);
}
