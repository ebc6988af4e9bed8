import { UsageError } from '../../core/errors.ts';
import type { AdapterDescription } from './device.ts';

/** How the matrix products are cut: for GPUs through workgroup memory, for software adapters over a subgroup's lanes. */
export type Tiling =
  | { readonly kind: 'workgroup' /** Rows and columns of a tile. */; readonly tile: number }
  | { readonly kind: 'subgroup'; readonly tile: number; readonly lanes: number };

/** 8 x 8 threads with 2 x 2 blocks of 4 x 4 sums, as in shaders/lib/product_workgroup.wgsl. */
const workgroupTiling: Tiling = { kind: 'workgroup', tile: 64 };
const knownLanes = [4, 8, 16];

/**
 * Takes the tiling that suits the adapter. On software adapters a barrier costs much and workgroup memory is no
 * faster than any other, while a subgroup is one vector of the CPU; its size must be known and fixed.
 *
 * @throws UsageError when `subgroup` is demanded of an adapter without subgroups of 4, 8 or 16 lanes
 */
export function chooseTiling(
  { isSoftware, subgroupMinSize, subgroupMaxSize }: AdapterDescription,
  features: ReadonlySet<string>,
  demanded?: Tiling['kind'],
): Tiling {
  const isFixed = subgroupMinSize === subgroupMaxSize && knownLanes.includes(subgroupMaxSize);
  const canUseSubgroups = isFixed && features.has('subgroups');
  const kind = demanded ?? (isSoftware && canUseSubgroups ? 'subgroup' : 'workgroup');
  if (kind === 'workgroup') return workgroupTiling;
  if (canUseSubgroups) return { kind, tile: 4 * subgroupMaxSize, lanes: subgroupMaxSize };
  throw new UsageError(
    `tiling subgroup must have subgroups of 4, 8 or 16 lanes, got ${subgroupMinSize} to ${subgroupMaxSize}; choose workgroup`,
  );
}
