import { cpuEngine, wasmEngine } from '../../src/index.ts';
import { describeDeterminism } from './determinism.ts';
import { layeredSubmits } from './submits.ts';

describeDeterminism('the reference', cpuEngine(), layeredSubmits);
describeDeterminism('WebAssembly', wasmEngine(), layeredSubmits);
