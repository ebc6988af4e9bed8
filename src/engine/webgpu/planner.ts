import { type FusedShape, fusedShape, kernelConstants } from '../fused/kernel-constants.ts';
import { type FusedLayout, laneLayout } from '../fused/lane-layout.ts';
import type { FusedPlan } from '../fused/plan.ts';
import { subgroupLayout } from '../fused/subgroup-layout.ts';
import { trainingRows } from '../fused/tables.ts';
import { epochColumns, type WholeJob, type WholeTrial } from '../whole.ts';
import type { Mapping, WholePlan } from '../whole-runner.ts';
import type { GpuContext } from './device.ts';
import { progressWords } from './shaders.generated.ts';

/** A mapping that was chosen, or demanded by the caller. */
export type MappingChoice = Mapping | 'auto';

export interface PlanOptions {
  /** Default `auto`: by the shape of the networks and the adapter. */
  readonly mapping?: MappingChoice;
  /** The most trials on the device at once. Default: as many as keep the adapter busy and fit its memory. */
  readonly slots?: number;
}

/** The most floats of a network that one lane trains: beyond, the written-out code takes too long to compile. */
const mostLaneFloats = 1024;
/** The most floats that each lane of a subgroup keeps of a network, for the same reason. */
const mostSubgroupFloats = 2048;
/** From so many floats on, one row at a time: with two the loop leaves the instruction cache. */
const mostFloatsForTwoSamples = 320;
/** The most trials at once, unless memory is short: enough to keep every lane busy. */
const slotsAtOnce = { software: 512, gpu: 8192 };
const historyBytes = 2 ** 24;
const mostEpochsAtOnce = 64;
/** Sizes of subgroups that a trial can have to itself. */
const subgroupSizes = [4, 8, 16, 32, 64];

/**
 * Chooses how a job is trained: by the shape of its networks and the adapter alone, so that the bits of a trial do not
 * depend on its company.
 */
export function planWhole(
  job: WholeJob,
  context: GpuContext,
  { mapping: demanded = 'auto', slots }: PlanOptions,
): WholePlan | FusedPlan {
  const plan = chooseMapping(job, context, demanded);
  return isFused(plan) && slots !== undefined ? withSlots(plan, Math.min(slots, plan.slots)) : plan;
}

function chooseMapping(job: WholeJob, context: GpuContext, demanded: MappingChoice): WholePlan | FusedPlan {
  if (demanded === 'lane') return { ...lanePlan(job, context), reason: 'asked for' };
  if (demanded === 'subgroup') return { ...subgroupPlan(job, context), reason: 'asked for' };
  if (demanded === 'layered') return layeredPlan(job, 'asked for');
  const refusal = refuse(job);
  if (refusal) return layeredPlan(job, refusal);
  const lane = lanePlan(job, context);
  if (context.adapter.isSoftware && lane.layout.floats <= mostLaneFloats) {
    return {
      ...lane,
      reason: `the ${lane.layout.floats} numbers of a network fit one lane of a software adapter`,
    };
  }
  const subgroup = subgroupPlan(job, context);
  const perLane = subgroup.layout.floats / subgroup.lanes;
  if (perLane <= mostSubgroupFloats) {
    return {
      ...subgroup,
      reason: `the ${subgroup.layout.floats} numbers of a network fit ${subgroup.lanes} lanes`,
    };
  }
  return layeredPlan(
    job,
    `${perLane} numbers for each of ${subgroup.lanes} lanes are more than ${mostSubgroupFloats}`,
  );
}

/** Whether a plan is one of the fused kernels'. */
export function isFused(plan: WholePlan): plan is FusedPlan {
  return 'kernel' in plan;
}

/** Why a job cannot be fused at all. */
function refuse({ trials }: WholeJob): string | undefined {
  const hasNoEpsilon = trials.some(({ optimizer }) => optimizer.name !== 'sgd' && optimizer.epsilon === 0);
  return hasNoEpsilon ? 'an epsilon of 0 would divide the padding by zero' : undefined;
}

function layeredPlan(job: WholeJob, reason: string): WholePlan {
  return { mapping: 'layered', reason, slots: job.trials.length, bytes: 0, flop: flopPerEpoch(job) };
}

function lanePlan(job: WholeJob, context: GpuContext): FusedPlan {
  const { network } = job.trials[0] as WholeTrial;
  const shape = fusedShape(job);
  const layout = laneLayout(network, shape.states);
  const { isSoftware, subgroupMaxSize } = context.adapter;
  const group = isSoftware ? subgroupMaxSize || 8 : 64;
  const samples = layout.floats <= mostFloatsForTwoSamples ? 2 : 1;
  return {
    ...commonPlan(job, context, shape, layout),
    mapping: 'lane',
    kernel: 'train_lane',
    exchange: 'workgroup',
    constants: { ...kernelConstants(job, shape), ...layout.constants, GROUP: group, SAMPLES: samples },
    group,
    lanes: 1,
  };
}

function subgroupPlan(job: WholeJob, context: GpuContext): FusedPlan {
  const { network } = job.trials[0] as WholeTrial;
  const shape = fusedShape(job);
  const { isSoftware, subgroupMinSize, subgroupMaxSize } = context.adapter;
  const isFixed = subgroupMinSize === subgroupMaxSize && subgroupSizes.includes(subgroupMaxSize);
  const hasSubgroups = isFixed && context.device.features.has('subgroups');
  const lanes = isFixed ? subgroupMaxSize : isSoftware ? 8 : 32;
  const layout = subgroupLayout(network, shape.states, lanes, 1);
  return {
    ...commonPlan(job, context, shape, layout),
    mapping: 'subgroup',
    kernel: 'train_subgroup',
    exchange: hasSubgroups ? 'subgroup' : 'workgroup',
    constants: { ...kernelConstants(job, shape), ...layout.constants },
    group: 1,
    lanes,
  };
}

/** What follows from the memory of a trial, whatever the mapping. */
function commonPlan(job: WholeJob, { adapter, device }: GpuContext, shape: FusedShape, layout: FusedLayout) {
  const segments = 1 + shape.states + Number(shape.keeps);
  const { maxStorageBufferBindingSize, maxUniformBufferBindingSize } = device.limits;
  const fitting = Math.floor(maxStorageBufferBindingSize / (4 * layout.floats * segments));
  const wanted = adapter.isSoftware ? slotsAtOnce.software : slotsAtOnce.gpu;
  const rows = shape.rowQuads * job.table.rows;
  const common = {
    reason: '',
    shape,
    layout,
    segments,
    epochs: Math.max(...job.trials.map((trial) => trial.epochs)),
    rows,
    uniformRows: 16 * rows <= maxUniformBufferBindingSize,
    flop: flopPerEpoch(job),
  };
  return withSlots(common, Math.max(1, Math.min(job.trials.length, wanted, fitting)));
}

/** A plan for so many trials at once, and the memory that it takes. */
function withSlots<P extends Pick<FusedPlan, 'shape' | 'layout' | 'segments' | 'epochs' | 'rows'>>(
  plan: P,
  slots: number,
) {
  const { shape, layout, segments, epochs, rows } = plan;
  const bytesPerSlot = 4 * (layout.floats * segments + shape.settingsStride + progressWords.PROGRESS_STRIDE);
  const historyRow = 4 * epochColumns.length * slots;
  const epochsAtOnce = Math.max(1, Math.min(epochs, mostEpochsAtOnce, Math.floor(historyBytes / historyRow)));
  const bytes = slots * bytesPerSlot + 4 * historyRow * epochsAtOnce + 16 * rows;
  return { ...plan, slots, epochsAtOnce, bytes };
}

/** Multiplications and additions of one epoch of all trials: 2 of each weight and row forward, twice that backward. */
export function flopPerEpoch(job: WholeJob): number {
  const { network } = job.trials[0] as WholeTrial;
  const weights = network.layers.map(({ inputs, units }) => inputs * units);
  const forward = 2 * weights.reduce((sum, count) => sum + count, 0);
  // The first layer's inputs need no gradient.
  const backward = 2 * forward - 2 * (weights[0] as number);
  return job.trials.reduce((sum, { window }) => {
    const validation = window.endValidation - window.firstValidation;
    return sum + trainingRows(window) * (forward + backward) + validation * forward;
  }, 0);
}
