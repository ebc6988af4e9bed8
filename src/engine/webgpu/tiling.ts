import type { AdapterDescription } from './device.ts';

/** How the matrix products are cut: for GPUs through workgroup memory, for software adapters over a subgroup's lanes. */
export type Tiling =
  | { readonly kind: 'workgroup' /** Rows and columns of a tile. */; readonly tile: number }
  | { readonly kind: 'subgroup'; readonly tile: number; readonly lanes: number };

/** 8 x 8 threads with 2 x 2 blocks of 4 x 4 sums, as in shaders/lib/product_workgroup.wgsl. */
const workgroupTile = 64;
const knownLanes = [4, 8, 16];

/**
 * Takes the tiling that suits the adapter. On software adapters a barrier costs much and workgroup memory is no
 * faster than any other, while a subgroup is one vector of the CPU; its size must be known and fixed.
 */
export function chooseTiling(adapter: AdapterDescription, features: ReadonlySet<string>): Tiling {
  const { isSoftware, subgroupMinSize, subgroupMaxSize } = adapter;
  const lanes =
    subgroupMinSize === subgroupMaxSize && knownLanes.includes(subgroupMaxSize) ? subgroupMaxSize : 0;
  if (!isSoftware || lanes === 0 || !features.has('subgroups'))
    return { kind: 'workgroup', tile: workgroupTile };
  return { kind: 'subgroup', tile: 4 * lanes, lanes };
}
