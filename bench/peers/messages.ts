import type { Workload } from '../workloads.ts';

/** What the peer's process is asked: first to prepare a workload, then to train it for a while, again and again. */
export type Request =
  | { readonly kind: 'prepare'; readonly workload: Workload }
  | { readonly kind: 'measure'; readonly milliseconds: number };

/** What it answers, one reply a request. */
export type Reply =
  | {
      readonly kind: 'ready';
      readonly adapter: string;
      readonly version: string;
      readonly firstEpochMs: number;
    }
  | { readonly kind: 'measured'; readonly stepsPerSecond: number }
  | { readonly kind: 'failed'; readonly message: string };
