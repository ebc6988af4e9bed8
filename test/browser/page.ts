// Trains in the browser: bundled and run by train.browser.test.ts.
import { cpuEngine, openGpu, wasmEngine, webgpuEngine } from '../../src/index.ts';
import { losses } from './losses.ts';

declare global {
  interface Window {
    trainOnEach(): Promise<{ adapter: string; gpu: number[]; reference: number[]; wasm: number[] }>;
  }
}

/** The same training on the browser's WebGPU, on the reference and in WebAssembly. */
window.trainOnEach = async () => {
  const context = await openGpu(navigator.gpu);
  const result = {
    adapter: `${context.adapter.vendor} ${context.adapter.architecture}`,
    gpu: await losses(webgpuEngine(context)),
    reference: await losses(cpuEngine()),
    wasm: await losses(wasmEngine()),
  };
  context.close();
  return result;
};
