import type { Step } from '../cpu/kernel.ts';
import type { Floats } from '../precision.ts';
import type { Call, Program } from './program.ts';

/** Calls that one step makes, one after the other. */
export interface Pass {
  readonly calls: readonly Call[];
  readonly step: Step;
}

/** Executes a program's calls on its buffers, which start out as zeros. */
export interface Backend {
  /**
   * Whether there is a buffer `confusion`, laid out as `metrics`, for what `PassMetrics.confusion` says. Added to, as
   * `metrics` is.
   */
  readonly countsConfusion?: boolean;
  write(buffer: string, offset: number, values: Float32Array<ArrayBuffer>): void;
  read(buffer: string, offset: number, length: number): Promise<Floats>;
  /** Copies `length` floats at the same offset from one buffer to another, after all that was submitted. */
  copy(from: string, to: string, offset: number, length: number): void;
  /** Executes the passes in their order for these trials; resolves when they are done. */
  submit(passes: readonly Pass[], trials: readonly number[]): Promise<void>;
  close(): void;
}

/** Allocates the buffers of a program and prepares its kernels. */
export type OpenBackend = (program: Program) => Promise<Backend>;
