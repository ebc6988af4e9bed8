import { UsageError } from '../../core/errors.ts';
import type { Capacity, Engine, Job } from '../engine.ts';
import type { FusedPlan } from '../fused/plan.ts';
import { capacityWithin } from '../layered/capacity.ts';
import { layeredOperations } from '../layered/operations.ts';
import type { Program } from '../layered/program.ts';
import { measureRate } from '../measure-rate.ts';
import type { WholeJob } from '../whole.ts';
import type { WholeRunner, WholeRunOptions } from '../whole-runner.ts';
import { GpuBackend } from './backend.ts';
import type { GpuContext } from './device.ts';
import { FusedRun } from './fused-runner.ts';
import { Pipelines, type ShaderEdit } from './pipelines.ts';
import { isFused, Planner, type PlanOptions } from './planner.ts';
import type { Tiling } from './tiling.ts';

/** Trials that keep all lanes of an adapter busy. */
const busyTrials = { software: 128, gpu: 4096 };
/** The share of a device's largest buffer that all trials of a session may take together, times eight. */
const buffersWorth = 8;

export interface WebgpuEngineOptions extends PlanOptions {
  /** Changes a kernel's text before it is compiled, for experiments and for tests that plant bugs. */
  readonly editShader?: ShaderEdit;
  /** How the matrix products are cut. Default: what suits the adapter; `subgroup` needs subgroups of a fixed size. */
  readonly tiling?: Tiling['kind'];
}

/** An engine that trains on a WebGPU device: whole trainings in one kernel where they fit, else layer by layer. */
export function webgpuEngine(context: GpuContext, options: WebgpuEngineOptions = {}): Engine {
  const pipelines = new Pipelines(context, options);
  const open = (program: Program) => GpuBackend.open(context, pipelines, program);
  const { maxStorageBufferBindingSize, maxBufferSize, maxComputeWorkgroupsPerDimension } =
    context.device.limits;
  const limits = {
    totalBytes: buffersWorth * Math.min(maxBufferSize, 2 ** 31),
    bufferBytes: Math.min(maxStorageBufferBindingSize, maxBufferSize),
    trials: maxComputeWorkgroupsPerDimension,
  };
  const { vendor, architecture, device, description } = context.adapter;
  const parts = [device, description, vendor, architecture].filter((part) => part !== '');
  return {
    kind: 'webgpu',
    description: `WebGPU, ${[...new Set(parts)].join(', ') || 'unnamed adapter'}`,
    capacity: (job: Job): Capacity => capacityWithin(job, limits),
    whole: wholeRunner(context, pipelines, options),
    ...layeredOperations(open),
    close: () => context.close(),
  };
}

function wholeRunner(context: GpuContext, pipelines: Pipelines, options: PlanOptions): WholeRunner {
  const train = (job: WholeJob, plan: FusedPlan, run: WholeRunOptions = {}) =>
    FusedRun.train(context, pipelines, job, plan, run);
  const busy = context.adapter.isSoftware ? busyTrials.software : busyTrials.gpu;
  const planner = new Planner(context, options, (job, plan) =>
    measureRate(job, Math.min(plan.slots, busy), (sample) => train(sample, plan)),
  );
  const run = async (job: WholeJob, runOptions: WholeRunOptions = {}) => {
    const chosen = await planner.plan(job);
    if (!isFused(chosen)) throw new UsageError(`a ${chosen.mapping} plan has no fused kernel to run`);
    return train(job, chosen, runOptions);
  };
  const rate = async (job: WholeJob) => {
    const plan = await planner.plan(job);
    return isFused(plan) ? planner.measured(job, plan) : undefined;
  };
  const candidates = (job: WholeJob) => {
    const { lane, subgroup } = planner.candidates(job);
    return [
      ...(lane ? ['lane' as const] : []),
      ...(subgroup ? ['subgroup' as const] : []),
      'layered' as const,
    ];
  };
  return { plan: (job) => planner.plan(job), candidates, rate, run };
}
