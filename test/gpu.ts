import { afterAll } from 'vitest';
import { type Engine, type GpuContext, webgpuEngine } from '../src/index.ts';
import { openDawn } from '../src/node.ts';

/** Whether tests run on the second, slower adapter: what the first has seen in full may be less there. */
export const isSecondAdapter = process.env.SHOAL_TEST_SECOND_ADAPTER !== undefined;

/**
 * The WebGPU engine on the adapter of this test project, shared by the tests of a file and closed after them.
 * Without an adapter it throws, so that the tests fail.
 */
export async function gpuForTests(): Promise<{ context: GpuContext; engine: Engine }> {
  const context = await openDawn();
  afterAll(() => context.close());
  return { context, engine: webgpuEngine(context) };
}
