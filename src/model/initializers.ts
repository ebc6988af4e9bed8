import { streams, threefry, unitInterval } from '../core/threefry.ts';
import type { Network } from './network.ts';
export type Initializer = 'glorot_uniform' | 'zeros';
export function initialWeights(network: Network, seed: number): Float32Array {
  const out: number[] = [];
  network.layers.forEach((l, t) => {
    const lim = Math.sqrt(6 / (l.inputs + l.units));
    for (let i = 0; i < l.inputs * l.units; i++)
      out.push((2 * unitInterval(threefry([seed, streams.initialWeights], [t, i])[0]) - 1) * lim);
    if (l.useBias) for (let i = 0; i < l.units; i++) out.push(0);
  });
  return Float32Array.from(out);
}
