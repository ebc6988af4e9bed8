// Trains in the browser: bundled and run by train.browser.test.ts.
import { adam, cpuEngine, fit, makeMoons, mlp, openGpu, webgpuEngine } from '../../src/index.ts';

declare global {
  interface Window {
    trainBoth(): Promise<{ adapter: string; gpu: number[]; cpu: number[] }>;
  }
}

/** The same training on the browser's WebGPU and on the CPU engine; returns the losses of both. */
window.trainBoth = async () => {
  const context = await openGpu(navigator.gpu);
  const losses = async (engine: ReturnType<typeof cpuEngine>) => {
    const model = await fit(mlp({ inputs: 2, hidden: [9], outputs: 1, outputActivation: 'sigmoid' }), {
      engine,
      ...makeMoons({ nSamples: 100, noise: 0.1, randomState: 1 }),
      loss: 'binary_crossentropy',
      optimizer: adam({ learningRate: 0.01 }),
      epochs: 20,
    });
    return [...(model.history.metrics.loss ?? [])];
  };
  const result = {
    adapter: `${context.adapter.vendor} ${context.adapter.architecture}`,
    gpu: await losses(webgpuEngine(context)),
    cpu: await losses(cpuEngine()),
  };
  context.close();
  return result;
};
