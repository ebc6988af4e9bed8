import type { Floats, Precision } from '../precision.ts';
import type { BindingName, ConstantName, KernelName } from '../webgpu/shaders.generated.ts';

/** What changes from one step to the next: the uniform `Step` of every kernel. */
export interface Step {
  /** Place of the batch's first row in the epoch's order, and how many rows the batch has. */
  readonly firstRow: number;
  readonly rows: number;
  /** Rows of the whole set, and whether each trial visits them in an order of its own. */
  readonly sourceRows: number;
  readonly shuffled: boolean;
  /** Steps since training began: the counter of the dropout masks. */
  readonly iteration: number;
  readonly epoch: number;
  /** The row of `rates` for this step and of `metrics` for this pass. */
  readonly rateRow: number;
  readonly metricsRow: number;
}

/** The words of a step as kernels take them, in the order of `stepFields`. */
export function wordsOfStep(step: Step): number[] {
  const { firstRow, rows, sourceRows, shuffled, iteration, epoch, rateRow, metricsRow } = step;
  return [firstRow, rows, sourceRows, shuffled ? 1 : 0, iteration, epoch, rateRow, metricsRow];
}

/** Everything that one call of a kernel works on: the same names and layouts as in its WGSL file. */
export interface KernelInput<K extends KernelName> {
  readonly buffers: Readonly<Record<BindingName<K>, Floats>>;
  readonly constants: Readonly<Record<ConstantName<K>, number>>;
  /** Where each weight tensor starts among a trial's parameters; last, the number of parameters. */
  readonly tensorOffsets: readonly number[];
  readonly step: Step;
  /** The trials that take part. */
  readonly trials: readonly number[];
  readonly precision: Precision;
}

/** A kernel on the CPU: reads and writes the same buffers as its WGSL twin, in the same order of operations. */
export type CpuKernel<K extends KernelName> = (input: KernelInput<K>) => void;
