import { cpuEngine, double, wasmEngine } from '../../src/index.ts';
import { describeInputGradients } from './input-gradients.ts';

// The differences themselves are good to some 1e-7.
describeInputGradients('double precision', cpuEngine({ precision: double }), 1e-6);
// Rounding of single precision, and of gelu the approximation of the error function (1.5e-7).
describeInputGradients('single precision', cpuEngine(), 5e-6);
describeInputGradients('WebAssembly', wasmEngine(), 5e-6);
