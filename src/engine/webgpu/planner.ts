import { type FusedShape, fusedShape, kernelConstants } from '../fused/kernel-constants.ts';
import { type FusedLayout, laneLayout } from '../fused/lane-layout.ts';
import type { FusedPlan } from '../fused/plan.ts';
import { subgroupLayout } from '../fused/subgroup-layout.ts';
import type { Measured } from '../measure-rate.ts';
import type { WholeJob, WholeTrial } from '../whole.ts';
import { type Mapping, mappings, type WholePlan } from '../whole-runner.ts';
import { flopPerEpoch } from '../whole-work.ts';
import type { GpuContext } from './device.ts';

/** A mapping that was chosen, or demanded by the caller. */
export type MappingChoice = Mapping | 'auto';
export const mappingChoices: readonly MappingChoice[] = ['auto', ...mappings];

export interface PlanOptions {
  /** Default `auto`: by the shape of the networks and the adapter. */
  readonly mapping?: MappingChoice;
  /** The most trials on the device at once. Default: as many as keep the adapter busy and fit its memory. */
  readonly slots?: number;
  /** How the lanes of a trial tell each other numbers. Default: by shuffles where the adapter's subgroups allow it. */
  readonly exchange?: FusedPlan['exchange'];
  /**
   * Where two kernels fit, take the one that compiles sooner instead of compiling and measuring both: for work of many
   * shapes. Default false.
   */
  readonly quickStart?: boolean;
  /** What earlier measurements of this adapter showed. Default: none, and new ones are kept in memory. */
  readonly measurements?: MeasurementStore;
}

/** The most floats of a network that one lane trains: beyond, the written-out code takes too long to compile. */
const mostLaneFloats = 1024;
/**
 * The most floats that each lane of a subgroup keeps of a network where that is asked for, and where it is not: with a
 * thousand, compiling takes up to ten seconds, with three thousand a minute, which only thousands of trials pay for.
 */
const mostSubgroupFloats = { demanded: 3072, auto: 1024 };
/**
 * Memory of its own that a lane gets for weights, gradients and averages. WGSL promises 8 KB; drivers give more, but
 * SwiftShader dies with 26 KB (16 KB work), while lavapipe takes 64.
 */
const mostPrivateBytes = { swiftshader: 2 ** 14, other: 2 ** 16 };
/** From so many floats on, one row at a time: with two the loop leaves the instruction cache. */
const mostFloatsForTwoSamples = 320;
/**
 * The most trials on the device, unless memory is short, and the most of one submit: enough to keep every lane busy, and
 * as many again, which train while the host takes the results of the others and puts new ones in their places.
 */
const slotsAtOnce = { software: 1024, gpu: 16384 };
const trialsOfSubmit = { software: 512, gpu: 8192 };
const historyBytes = 2 ** 24;
const mostEpochsAtOnce = 64;
/** Sizes of subgroups that a trial can have to itself. */
const subgroupSizes = [4, 8, 16, 32, 64];

/** Where measurements are kept from one planning to the next; see src/node-measurements.ts for one on disk. */
export interface MeasurementStore {
  get(key: string): Measured | undefined;
  set(key: string, measured: Measured): void;
}

/** Trains a job for a moment with a plan. */
export type Measure = (job: WholeJob, plan: FusedPlan) => Promise<Measured>;

/**
 * Chooses how jobs are trained: by the shape of their networks and the adapter, never by the number of trials, so that
 * the bits of a trial do not depend on its company. Where shape and adapter leave a doubt, a short measurement decides;
 * it is made once for each adapter, driver and shape, and kept.
 */
export class Planner {
  private readonly context: GpuContext;
  private readonly options: PlanOptions;
  private readonly measure: Measure;
  private readonly store: MeasurementStore;

  constructor(context: GpuContext, options: PlanOptions, measure: Measure) {
    this.context = context;
    this.options = options;
    this.measure = measure;
    this.store = options.measurements ?? new Map<string, Measured>();
  }

  async plan(job: WholeJob): Promise<WholePlan | FusedPlan> {
    const plan = await this.choose(job);
    const { slots } = this.options;
    return isFused(plan) && slots !== undefined ? withSlots(plan, Math.min(slots, plan.slots)) : plan;
  }

  private async choose(job: WholeJob): Promise<WholePlan | FusedPlan> {
    const { mapping = 'auto' } = this.options;
    if (mapping === 'layered') return layeredPlan(job, 'asked for');
    const refusal = refuse(job);
    if (refusal) return layeredPlan(job, refusal);
    const { lane, subgroup } = this.candidates(job);
    if (mapping !== 'auto') {
      const demanded = mapping === 'lane' ? lane : subgroup;
      return demanded
        ? { ...demanded, reason: 'asked for' }
        : layeredPlan(job, `a ${mapping} a trial was asked for, but the network is too large for it`);
    }
    if (!lane && !subgroup) return layeredPlan(job, 'the network is too large for a kernel of its own');
    if (!lane || !subgroup) {
      const only = (lane ?? subgroup) as FusedPlan;
      if (only.layout.floats / only.lanes > mostSubgroupFloats.auto) {
        return layeredPlan(
          job,
          'a kernel for so large a network takes a minute to compile; mapping subgroup asks for it',
        );
      }
      return { ...only, reason: `only this kernel takes the ${only.layout.floats} numbers of a network` };
    }
    if (this.context.adapter.isSoftware && lane.layout.floats <= mostFloatsForTwoSamples) {
      return {
        ...lane,
        reason: `${lane.layout.floats} numbers of a network fit the registers of a CPU's lane`,
      };
    }
    if (this.options.quickStart) {
      return { ...subgroup, reason: 'it compiles sooner than one lane a trial, for work of many shapes' };
    }
    return this.faster(job, [lane, subgroup]);
  }

  /** The fused kernels that a job fits, of which one lane a trial is the first. */
  candidates(job: WholeJob): { lane?: FusedPlan; subgroup?: FusedPlan } {
    const lane = lanePlan(job, this.context);
    const subgroup = subgroupPlan(job, this.context, this.options.exchange);
    const fits = (plan: FusedPlan, mostFloats: number) => {
      const floats = plan.layout.floats / plan.lanes;
      const bytes = 4 * floats * (2 + plan.shape.states);
      const isSwiftShader = /swiftshader/i.test(
        this.context.adapter.device + this.context.adapter.description,
      );
      return floats <= mostFloats && bytes <= mostPrivateBytes[isSwiftShader ? 'swiftshader' : 'other'];
    };
    return {
      ...(fits(lane, mostLaneFloats) && { lane }),
      ...(fits(subgroup, mostSubgroupFloats.demanded) && { subgroup }),
    };
  }

  private async faster(job: WholeJob, plans: readonly FusedPlan[]): Promise<FusedPlan> {
    const rated: { plan: FusedPlan; measured: Measured }[] = [];
    for (const plan of plans) rated.push({ plan, measured: await this.measured(job, plan) });
    rated.sort((a, b) => b.measured.flopPerMs - a.measured.flopPerMs);
    const [best, other] = rated as [(typeof rated)[0], (typeof rated)[0]];
    const gflops = (one: typeof best) => (one.measured.flopPerMs / 1e6).toFixed(1);
    const reason = `measured: ${gflops(best)} GFLOP/s, ${other.plan.mapping} ${gflops(other)}`;
    return { ...best.plan, reason };
  }

  /** What a mapping achieves for such a job on this adapter, measured now if it has not been. */
  async measured(job: WholeJob, plan: FusedPlan): Promise<Measured> {
    const { vendor, architecture, device, description } = this.context.adapter;
    const shape = (job.trials[0] as WholeTrial).network.layers.map(({ units, activation }) => [
      units,
      activation.name,
    ]);
    const key = JSON.stringify([
      vendor,
      architecture,
      device,
      description,
      plan.mapping,
      plan.shape.widths[0],
      shape,
    ]);
    const known = this.store.get(key);
    if (known) return known;
    const measured = await this.measure(job, plan);
    this.store.set(key, measured);
    return measured;
  }
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

function subgroupPlan(job: WholeJob, context: GpuContext, exchange: PlanOptions['exchange']): FusedPlan {
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
    exchange: exchange ?? (hasSubgroups ? 'subgroup' : 'workgroup'),
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
    trialsOfSubmit: adapter.isSoftware ? trialsOfSubmit.software : trialsOfSubmit.gpu,
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
  const bytesPerSlot = 4 * (layout.floats * segments + shape.settingsStride + shape.progressStride);
  const historyRow = 4 * shape.historyColumns * slots;
  const epochsAtOnce = Math.max(1, Math.min(epochs, mostEpochsAtOnce, Math.floor(historyBytes / historyRow)));
  const bytes = slots * bytesPerSlot + 4 * historyRow * epochsAtOnce + 16 * rows;
  return { ...plan, slots, epochsAtOnce, bytes };
}
