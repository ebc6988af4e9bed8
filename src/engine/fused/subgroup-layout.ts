import type { Network } from '../../model/network.ts';
import type { FusedLayout } from './lane-layout.ts';

/** Stands for a weight of which there is no copy. */
export const noCopy = 0xffffffff;

/** The layout of `shaders/fused/train_subgroup.wgsl`: units dealt out to lanes, each kernel by rows and by columns. */
export function subgroupLayout(
  network: Network,
  states: number,
  lanes: number,
  samples: number,
): FusedLayout {
  const widths = [network.inputs, ...network.layers.map(({ units }) => units)];
  const groups = widths.map((width) => Math.ceil(width / lanes));
  const quads = widths.map((width) => Math.ceil(width / 4));
  const [kernels, biases, copies]: number[][] = [[], [], []];
  const [offsets, tensors, counts]: number[][] = [[0], [], []];
  let end = 0;
  const part = (length: number, tensor: number, isOwn: boolean) => {
    const start = end;
    end += length;
    offsets.push(end);
    tensors.push(tensor);
    counts.push(Number(isOwn));
    return start;
  };
  let tensor = 0;
  const kernelTensors: number[] = [];
  network.layers.forEach(({ useBias }, l) => {
    kernelTensors.push(tensor);
    const [before, after] = [groups[l] as number, groups[l + 1] as number];
    kernels.push(part((quads[l] as number) * after, tensor++, true));
    biases.push(useBias ? part(Math.ceil(after / 4), tensor++, true) : 0);
    const columns = l > 0 ? part((quads[l + 1] as number) * before, kernelTensors[l] as number, false) : 0;
    copies.push(columns);
  });
  const float = (group: number, lane: number, component: number) => 4 * (group * lanes + lane) + component;
  const [places, copyPlaces]: number[][] = [[], []];
  network.layers.forEach(({ inputs, units, useBias }, l) => {
    const [before, after] = [groups[l] as number, groups[l + 1] as number];
    for (let i = 0; i < inputs; i++) {
      for (let u = 0; u < units; u++) {
        const row = (kernels[l] as number) + Math.floor(i / 4) * after + Math.floor(u / lanes);
        places.push(float(row, u % lanes, i % 4));
        const column = (copies[l] as number) + Math.floor(u / 4) * before + Math.floor(i / lanes);
        copyPlaces.push(l > 0 ? float(column, i % lanes, u % 4) : noCopy);
      }
    }
    for (let u = 0; useBias && u < units; u++) {
      const group = Math.floor(u / lanes);
      places.push(float((biases[l] as number) + Math.floor(group / 4), u % lanes, group % 4));
      copyPlaces.push(noCopy);
    }
  });
  const nodes = groups.reduce((sum, count) => sum + count, 0);
  return {
    floats: 4 * end * lanes,
    places: Uint32Array.from(places),
    copies: Uint32Array.from(copyPlaces),
    constants: {
      LANES: lanes,
      SAMPLES: samples,
      QUADS: quads,
      GROUPS: groups,
      MOST_GROUPS: Math.max(...groups),
      PLACES: groups.map((_, l) => groups.slice(0, l).reduce((sum, count) => sum + count, 0)),
      NODES: nodes,
      PUBLISHED: 2 * nodes * samples,
      KERNELS: kernels,
      BIASES: biases,
      COPIES: copies,
      PARAMETERS: end,
      PARTS: tensors.length,
      PART_OFFSETS: offsets,
      PART_TENSORS: tensors,
      PART_COUNTS: counts,
      HELD_2: states >= 2 ? end : 1,
      HELD_3: states >= 3 ? end : 1,
    },
  };
}
