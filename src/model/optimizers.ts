import type { Schedule } from './schedules.ts';

interface Shared {
  readonly learningRate: number | Schedule;
  readonly weightDecay: number;
  readonly clip:
    | { readonly kind: 'none' }
    | { readonly kind: 'value' | 'norm' | 'global_norm'; readonly limit: number };
}
export type Optimizer =
  | ({ readonly name: 'sgd'; readonly momentum: number; readonly nesterov: boolean } & Shared)
  | ({
      readonly name: 'rmsprop';
      readonly rho: number;
      readonly momentum: number;
      readonly epsilon: number;
      readonly centered: boolean;
    } & Shared)
  | ({
      readonly name: 'adam';
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly amsgrad: boolean;
    } & Shared);
export function optimizer(spec: Optimizer | string): Optimizer {
  if (typeof spec !== 'string') return spec;
  return {
    name: 'adam',
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-7,
    amsgrad: false,
    learningRate: 0.001,
    weightDecay: 0,
    clip: { kind: 'none' },
  };
}
