import type { FusedKernelName } from '../webgpu/shaders.generated.ts';
import type { ConstantValue } from '../webgpu/specialise.ts';
import type { WholePlan } from '../whole-runner.ts';
import type { FusedShape } from './kernel-constants.ts';
import type { FusedLayout } from './lane-layout.ts';

/** Everything that follows from a job, an adapter and a mapping before anything is compiled. */
export interface FusedPlan extends WholePlan {
  readonly kernel: FusedKernelName;
  readonly shape: FusedShape;
  readonly layout: FusedLayout;
  readonly constants: Readonly<Record<string, ConstantValue>>;
  /** Which of the kernel's texts. */
  readonly exchange: 'subgroup' | 'workgroup';
  /** Lanes of a trial. */
  readonly lanes: number;
  /** Trials of a workgroup. */
  readonly group: number;
  /** Whether the rows fit a uniform buffer, which some drivers read much faster. */
  readonly uniformRows: boolean;
  /** Groups of four floats that all rows take. */
  readonly rows: number;
  /** Parts of a trial's state: weights, averages, kept weights. */
  readonly segments: number;
  /** The most trials of one submit. */
  readonly trialsOfSubmit: number;
  /** The most epochs of a trial. */
  readonly epochs: number;
  /** The most epochs of one submit. */
  readonly epochsAtOnce: number;
}
