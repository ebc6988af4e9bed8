import { gpuForTests } from '../gpu.ts';
import { describeInputGradients } from './input-gradients.ts';

const { engine } = await gpuForTests();

// WGSL allows exp and tanh some more rounding than the CPU's.
describeInputGradients('WebGPU', engine, 2e-5);
