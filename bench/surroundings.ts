import type { AdapterDescription, GpuContext } from '../src/engine/webgpu/device.ts';
import { openDawn } from '../src/node.ts';
import { multiplyAddPeak } from './peak.ts';
import { adapterLine, type EngineOptions, progress } from './report.ts';

/** What a benchmark ran on. */
export interface Surroundings {
  readonly adapter?: AdapterDescription;
  /** Multiply-adds of the adapter in GFLOP/s, before and after the benchmark; all 0 on the CPU. */
  readonly peak: { readonly before: number; readonly after: number; readonly best: number };
  /** The same for people, a line each. */
  readonly lines: readonly string[];
}

/** Runs a benchmark between two measurements of the peak: on a busy machine one alone is easily too low. */
export async function betweenPeaks<T>(
  { engine, quick }: EngineOptions,
  run: () => Promise<T>,
): Promise<Surroundings & { readonly result: T }> {
  if (engine === 'cpu') {
    const lines = ['adapter: none, the CPU engine was asked for'];
    return { result: await run(), peak: { before: 0, after: 0, best: 0 }, lines };
  }
  const measurePeak = (gpu: GpuContext) => multiplyAddPeak(gpu, quick ? 3 : 8);
  const { adapter, before } = await withDawn(async (gpu) => {
    progress(adapterLine(gpu.adapter));
    return { adapter: gpu.adapter, before: await measurePeak(gpu) };
  });
  const result = await run();
  const after = await withDawn(measurePeak);
  const best = Math.max(before, after);
  const peakLine = `multiply-add peak: ${best.toFixed(1)} GFLOP/s (before ${before.toFixed(1)}, after ${after.toFixed(1)})`;
  return { result, adapter, peak: { before, after, best }, lines: [adapterLine(adapter), peakLine] };
}

/** Lends a device of Dawn's to `run` and frees it. */
export async function withDawn<T>(run: (gpu: GpuContext) => Promise<T>): Promise<T> {
  const gpu = await openDawn();
  try {
    return await run(gpu);
  } finally {
    gpu.close();
  }
}
