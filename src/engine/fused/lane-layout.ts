import type { Network } from '../../model/network.ts';
import type { ConstantValue } from '../webgpu/specialise.ts';

/** How a kernel keeps a trial's numbers. */
export interface FusedLayout {
  /** Floats of a trial's parameters, padding included. */
  readonly floats: number;
  /** Where each weight (in the order of `TrialSettings.weights`) lies among them; some kernels keep two of one. */
  readonly places: Uint32Array;
  readonly copies?: Uint32Array;
  readonly constants: Readonly<Record<string, ConstantValue>>;
}

const quads = (floats: number) => Math.ceil(floats / 4);

/** The layout of `shaders/fused/train_lane.wgsl`: everything in groups of four. */
export function laneLayout(network: Network, states: number): FusedLayout {
  const widths = [network.inputs, ...network.layers.map(({ units }) => units)];
  const groups = widths.map(quads);
  const byInputs: number[] = [];
  const kernels: number[] = [];
  const biases: number[] = [];
  const tensorOffsets = [0];
  const places: number[] = [];
  let end = 0;
  for (const { inputs, units, useBias } of network.layers) {
    const isByInputs = units * quads(inputs) < inputs * quads(units);
    byInputs.push(Number(isByInputs));
    kernels.push(end);
    for (let i = 0; i < inputs; i++) {
      for (let u = 0; u < units; u++) {
        places.push(4 * end + (isByInputs ? u * 4 * quads(inputs) + i : i * 4 * quads(units) + u));
      }
    }
    end += isByInputs ? units * quads(inputs) : inputs * quads(units);
    tensorOffsets.push(end);
    biases.push(useBias ? end : 0);
    if (!useBias) continue;
    for (let u = 0; u < units; u++) places.push(4 * end + u);
    end += quads(units);
    tensorOffsets.push(end);
  }
  const tensors = tensorOffsets.slice(1).map((_, tensor) => tensor);
  return {
    floats: 4 * end,
    places: Uint32Array.from(places),
    constants: {
      QUADS: groups,
      PLACES: groups.map((_, l) => groups.slice(0, l).reduce((sum, group) => sum + group, 0)),
      NODES: groups.reduce((sum, group) => sum + group, 0),
      BY_INPUTS: byInputs,
      KERNELS: kernels,
      BIASES: biases,
      PARAMETERS: end,
      PARTS: tensors.length,
      PART_OFFSETS: tensorOffsets,
      PART_TENSORS: tensors,
      PART_COUNTS: tensors.map(() => 1),
      HELD: end,
      HELD_2: states >= 2 ? end : 1,
      HELD_3: states >= 3 ? end : 1,
    },
  };
}
