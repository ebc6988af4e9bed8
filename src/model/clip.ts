import { finiteNumber, knownOptions, oneOf } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';

/** How gradients are clipped, penalties included: each element, each tensor by its norm, or all by their common norm. */
export type Clip =
  | { readonly kind: 'none' }
  | { readonly kind: 'value' | 'norm' | 'global_norm'; readonly limit: number };

/** Keras's names of the clips, or `clip` as an optimiser has it. */
export interface ClipOptions {
  /** Largest norm of each tensor's gradient. */
  readonly clipnorm?: number;
  /** Largest norm of all gradients together. */
  readonly globalClipnorm?: number;
  /** Largest magnitude of each element. */
  readonly clipvalue?: number;
  readonly clip?: Clip;
}

const kinds = { clipnorm: 'norm', globalClipnorm: 'global_norm', clipvalue: 'value' } as const;
const kerasNames = Object.keys(kinds) as (keyof typeof kinds)[];

export const clipOptionNames = [...kerasNames, 'clip'] as const;

/** The one clip that options ask for. @throws UsageError for more than one, or a limit that is not above 0 */
export function clipOf(options: ClipOptions): Clip {
  const given = clipOptionNames.filter((name) => options[name] !== undefined);
  if (given.length > 1) {
    throw new UsageError(`an optimizer must have at most one clip, got ${given.join(' and ')}`);
  }
  const name = kerasNames.find((candidate) => options[candidate] !== undefined);
  if (name) return { kind: kinds[name], limit: limitOf(name, options[name]) };
  return options.clip ? checkedClip(options.clip) : { kind: 'none' };
}

function checkedClip(clip: Clip): Clip {
  const kind = oneOf('kind of clip', clip.kind, ['none', 'value', 'norm', 'global_norm']);
  if (kind === 'none') return { kind };
  knownOptions('clip', clip, ['kind', 'limit']);
  return { kind, limit: limitOf('limit of clip', 'limit' in clip ? clip.limit : undefined) };
}

function limitOf(name: string, limit: number | undefined): number {
  return finiteNumber(name, limit ?? Number.NaN, { above: 0 });
}
