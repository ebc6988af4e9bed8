/**
 * Shoal in node: makes WebGPU devices with Dawn (npm `webgpu`), on a GPU or a software Vulkan driver.
 *
 * @module
 */
import { readdirSync } from 'node:fs';
import { AdapterError } from './core/errors.ts';
import type { Engine } from './engine/engine.ts';
import { type GpuContext, openGpu } from './engine/webgpu/device.ts';
import { webgpuEngine } from './engine/webgpu/engine.ts';
import type { MappingChoice, PlanOptions } from './engine/webgpu/planner.ts';
import { FileMeasurements } from './node-measurements.ts';
import { cpuPoolEngine } from './train/cpu-pool.ts';

export type EngineName = 'auto' | 'webgpu' | 'cpu';

/** An engine and, for people, why it was taken. */
export interface ChosenEngine {
  readonly engine: Engine;
  readonly reason: string;
  /** The GPU device behind a WebGPU engine. */
  readonly gpu?: GpuContext;
}

// Dawn's instance must stay reachable while any device of it lives: collected as garbage, it takes the process down.
const instances = new Set<GPU>();

/**
 * Opens a device on the best adapter that Dawn finds. Close it when done: a live device keeps node from exiting.
 * @throws AdapterError when there is no adapter
 */
export async function openDawn(): Promise<GpuContext> {
  const gpu = await createDawn([]);
  instances.add(gpu);
  try {
    const context = await openGpu(gpu);
    const close = () => {
      context.close();
      instances.delete(gpu);
    };
    return { ...context, close };
  } catch (error) {
    instances.delete(gpu);
    throw error;
  }
}

/** Dawn is large: it is loaded where it is needed. */
async function createDawn(flags: string[]): Promise<GPU> {
  const { create } = await import('webgpu');
  return create(flags);
}

/** Device files of GPUs on Linux. */
const gpuFiles = /^(dri|nvidia|dxg|kfd|kgsl|mali|nvhost|nvmap|pvr|galcore)/;

/** Whether there can be a GPU at all; on Linux there is none without a device file of its driver. */
function mayHaveGpu(): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return readdirSync('/dev').some((name) => gpuFiles.test(name));
  } catch {
    return true;
  }
}

/** An adapter as Dawn lists it. */
export interface ListedAdapter {
  /** vulkan, metal, d3d12, ... */
  readonly backend: string;
  readonly name: string;
}

/** Every adapter that Dawn finds, also those that it does not take by itself. */
export async function listAdapters(): Promise<ListedAdapter[]> {
  // Dawn tells which adapters there are only when it is asked for one by a name that none has.
  const gpu = await createDawn(['adapter=no adapter has this name']);
  instances.add(gpu);
  try {
    await gpu.requestAdapter();
    return [];
  } catch (error) {
    const list = String(error).matchAll(/^ \* backend: '(.*)', name: '(.*)'$/gm);
    return Array.from(list, ([, backend = '', name = '']) => ({ backend, name }));
  } finally {
    instances.delete(gpu);
  }
}

/** How complete trainings lie on a WebGPU device, and which mapping is taken where none is asked for. */
export interface EngineOptions extends PlanOptions {
  /** Default `auto`: the planner's. */
  readonly usualMapping?: MappingChoice;
}

/**
 * Chooses where to train: `webgpu` demands an adapter (a GPU before a software driver), `cpu` needs none and takes as many
 * threads as the machine computes at once, `auto` takes WebGPU where there is a GPU, or where a mapping is asked for, and
 * else the CPU: a software driver computes on the same CPU, and compiles for seconds before it does.
 *
 * @param options how complete trainings lie on the device; measurements are kept in the user's cache folder
 * @throws AdapterError when `webgpu` is demanded and there is no adapter
 */
export async function openEngine(
  name: EngineName = 'auto',
  { usualMapping = 'auto', ...options }: EngineOptions = {},
): Promise<ChosenEngine> {
  if (name === 'cpu') return onCpu('the CPU was asked for');
  const hasMapping = options.mapping !== undefined && options.mapping !== 'auto';
  const demandsAdapter = name === 'webgpu' || hasMapping;
  if (!demandsAdapter && !mayHaveGpu()) return onCpu('there is no GPU here');
  try {
    const gpu = await openDawn();
    if (gpu.adapter.isSoftware && !demandsAdapter) {
      gpu.close();
      return onCpu('WebGPU has only a software driver here, which computes on the CPU too, and more slowly');
    }
    const reason = name === 'webgpu' ? 'WebGPU was asked for' : 'there is a GPU';
    return {
      engine: webgpuEngine(gpu, { measurements: new FileMeasurements(), mapping: usualMapping, ...options }),
      gpu,
      reason: gpu.adapter.isSoftware && name === 'auto' ? `mapping ${options.mapping} was asked for` : reason,
    };
  } catch (error) {
    if (name === 'webgpu' || !(error instanceof AdapterError)) throw error;
    return onCpu('no WebGPU adapter here; `shoal doctor` tells what is missing');
  }
}

function onCpu(reason: string): ChosenEngine {
  return { engine: cpuPoolEngine(), reason };
}

export { readTableFile } from './data/table/read-table-file.ts';
export type { StudyLimits, StudyProgress } from './study/store/run-table.ts';
export { StudyStore } from './study/store/study-store.ts';
export type { StudyWriter } from './study/store/writer.ts';
export { type CpuPoolOptions, cpuPoolEngine } from './train/cpu-pool.ts';
