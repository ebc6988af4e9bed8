import { readFileSync } from 'node:fs';
import type { GpuContext } from '../src/engine/webgpu/device.ts';

// The build lies in .build/bench, the shader where it was written.
const shader = new URL('../../bench/shaders/multiply_add_peak.wgsl', import.meta.url);
const workgroups = 4096;
const lanes = 64;
/** Multiply-adds of one lane: iterations x unrolled x chains, as the shader has them. */
const multiplyAddsPerLane = 256 * 8 * 12;
const flopPerDispatch = 2 * workgroups * lanes * multiplyAddsPerLane;

// GPUBufferUsage as numbers, since node does not define it.
const usage = { mapRead: 0x1, copySource: 0x4, copyTarget: 0x8, storage: 0x80 };

interface PeakKernel {
  readonly pipeline: GPUComputePipeline;
  readonly bindings: GPUBindGroup;
  readonly results: GPUBuffer;
  readonly staging: GPUBuffer;
}

/**
 * The adapter's multiply-add rate in GFLOP/s (2 for each multiply-add): the best of several runs of a loop that
 * touches nothing but registers.
 */
export async function multiplyAddPeak(context: GpuContext, runs: number): Promise<number> {
  const kernel = await prepare(context);
  let dispatches = 1;
  while ((await milliseconds(context, kernel, dispatches)) < 100) dispatches *= 2;
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) best = Math.min(best, await milliseconds(context, kernel, dispatches));
  kernel.results.destroy();
  kernel.staging.destroy();
  return (dispatches * flopPerDispatch) / best / 1e6;
}

async function prepare({ device }: GpuContext): Promise<PeakKernel> {
  const buffer = (size: number, use: number) => device.createBuffer({ size, usage: use });
  const coefficients = buffer(8, usage.storage | usage.copyTarget);
  const results = buffer(4 * lanes, usage.storage | usage.copySource);
  // A factor below 1 and a small addend keep all values ordinary numbers: subnormal ones may be slow.
  device.queue.writeBuffer(coefficients, 0, new Float32Array([0.999, 0.5]));
  const pipeline = await device.createComputePipelineAsync({
    label: 'multiply_add_peak',
    layout: 'auto',
    compute: { module: device.createShaderModule({ code: readFileSync(shader, 'utf8') }) },
  });
  const bindings = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [coefficients, results].map((bound, binding) => ({ binding, resource: { buffer: bound } })),
  });
  return { pipeline, bindings, results, staging: buffer(16, usage.mapRead | usage.copyTarget) };
}

/** The time until a result can be read: a submit alone says nothing about its end. */
async function milliseconds(
  { device, check }: GpuContext,
  { pipeline, bindings, results, staging }: PeakKernel,
  dispatches: number,
): Promise<number> {
  const started = performance.now();
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindings);
  for (let dispatch = 0; dispatch < dispatches; dispatch++) pass.dispatchWorkgroups(workgroups);
  pass.end();
  encoder.copyBufferToBuffer(results, 0, staging, 0, 16);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(0x1 /* GPUMapMode.READ */);
  const elapsed = performance.now() - started;
  staging.unmap();
  check();
  return elapsed;
}
