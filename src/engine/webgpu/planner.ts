import { fusedShape, kernelConstants } from '../fused/kernel-constants.ts';
import { laneLayout } from '../fused/lane-layout.ts';
import type { FusedPlan } from '../fused/plan.ts';
import { trainingRows } from '../fused/tables.ts';
import { epochColumns, type WholeJob, type WholeTrial } from '../whole.ts';
import type { Mapping, WholePlan } from '../whole-runner.ts';
import type { GpuContext } from './device.ts';
import { progressWords } from './shaders.generated.ts';

/** A mapping that was chosen, or demanded by the caller. */
export type MappingChoice = Mapping | 'auto';

/** The most floats of a network that one lane trains: beyond, the written-out code takes too long to compile. */
const mostLaneFloats = 1024;
/** From so many floats on, one row at a time: with two the loop leaves the instruction cache. */
const mostFloatsForTwoSamples = 320;
/** The most trials at once, unless memory is short: enough to keep every lane busy. */
const slotsAtOnce = { software: 512, gpu: 8192 };
const historyBytes = 2 ** 24;
const mostEpochsAtOnce = 64;

/** Chooses how a job is trained: by the shape of its networks and the adapter alone, so that results do not depend on company. */
export function planWhole(
  job: WholeJob,
  context: GpuContext,
  demanded: MappingChoice,
): WholePlan | FusedPlan {
  const lane = lanePlan(job, context);
  const refusal = refuse(job) ?? refuseLane(lane);
  if (demanded === 'lane' || (demanded === 'auto' && !refusal)) {
    const reason = demanded === 'lane' ? 'asked for' : `${lane.layout.floats} numbers a trial fit one lane`;
    return { ...lane, reason };
  }
  return {
    mapping: 'layered',
    reason: demanded === 'layered' ? 'asked for' : (refusal ?? 'asked for'),
    slots: job.trials.length,
    bytes: 0,
    flop: flopPerEpoch(job),
  };
}

/** Whether a plan is one of the fused kernels'. */
export function isFused(plan: WholePlan): plan is FusedPlan {
  return 'kernel' in plan;
}

/** Why a job cannot be fused at all. */
function refuse({ trials }: WholeJob): string | undefined {
  const hasNoEpsilon = trials.some(({ optimizer }) => optimizer.name !== 'sgd' && optimizer.epsilon === 0);
  return hasNoEpsilon ? 'an epsilon of 0 divides the padding by zero' : undefined;
}

function refuseLane({ layout }: FusedPlan): string | undefined {
  return layout.floats > mostLaneFloats
    ? `${layout.floats} numbers a trial are more than one lane takes (${mostLaneFloats})`
    : undefined;
}

function lanePlan(job: WholeJob, context: GpuContext): FusedPlan {
  const { network } = job.trials[0] as WholeTrial;
  const shape = fusedShape(job);
  const layout = laneLayout(network, shape.states);
  const { isSoftware, subgroupMaxSize } = context.adapter;
  const group = isSoftware ? subgroupMaxSize || 8 : 64;
  const segments = 1 + shape.states + Number(shape.keeps);
  const samples = layout.floats <= mostFloatsForTwoSamples ? 2 : 1;
  const epochs = Math.max(...job.trials.map((trial) => trial.epochs));
  const bytesPerSlot = 4 * (layout.floats * segments + shape.settingsStride + progressWords.PROGRESS_STRIDE);
  const { maxStorageBufferBindingSize, maxUniformBufferBindingSize } = context.device.limits;
  const fitting = Math.floor(maxStorageBufferBindingSize / (4 * layout.floats * segments));
  const wanted = Math.min(job.trials.length, isSoftware ? slotsAtOnce.software : slotsAtOnce.gpu);
  const slots = Math.max(1, Math.min(wanted, fitting));
  const historyRow = 4 * epochColumns.length * slots;
  const epochsAtOnce = Math.max(1, Math.min(epochs, mostEpochsAtOnce, Math.floor(historyBytes / historyRow)));
  const rows = shape.rowQuads * job.table.rows;
  return {
    mapping: 'lane',
    reason: '',
    kernel: 'train_lane',
    exchange: 'subgroup',
    shape,
    layout,
    constants: { ...kernelConstants(job, shape), ...layout.constants, GROUP: group, SAMPLES: samples },
    group,
    slots,
    segments,
    epochsAtOnce,
    rows,
    uniformRows: 16 * rows <= maxUniformBufferBindingSize,
    bytes: slots * bytesPerSlot + 4 * historyRow * epochsAtOnce + 16 * rows,
    flop: flopPerEpoch(job),
  };
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
