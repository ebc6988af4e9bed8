import type { Task } from '../data/table/target.ts';
import { choice, float, type SpaceDefinition } from './space/parameters.ts';

/** What the usual space depends on. */
export interface SpaceFacts {
  readonly task: Task;
  readonly features: number;
  readonly classes: number;
  /** Rows that a run trains on. */
  readonly rows: number;
}

/** From so many features on, hidden layers are wider. */
const manyFeatures = 40;
/** Batches are small enough for so many steps in an epoch. */
const stepsAtLeast = 4;

/**
 * The search space of a study that names none. It holds what matters most for small tables, with ranges in which most
 * values are at least fair. The shapes of networks are few, since each is a kernel that the device must compile.
 *
 * Learning rates fall to 0 over all epochs, and nothing stops before: a training that is stopped where its validation
 * loss is lowest while the rate is still high ends early, and where it ends is mostly luck. ASHA ends those that fall
 * behind. docs/studies.md has what that is worth.
 */
export function defaultSpace({ features, rows }: SpaceFacts): SpaceDefinition {
  const width = features > manyFeatures ? 32 : 16;
  const sizes = [8, 16, 32, 64, 128, 256].filter((size) => size * stepsAtLeast <= rows || size === 8);
  return {
    hidden: choice([[width], [2 * width], [width, width]]),
    activation: 'relu',
    optimizer: 'adam',
    learningRate: float(1e-3, 0.1, { log: true }),
    schedule: 'cosine',
    patience: 0,
    batchSize: choice(sizes),
    dropout: float(0, 0.3),
    l1: float(1e-5, 1e-2, { log: true }),
    l2: float(1e-6, 1e-2, { log: true }),
  };
}
