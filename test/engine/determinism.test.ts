import { cpuEngine } from '../../src/index.ts';
import { describeDeterminism } from './determinism.ts';
import { layeredSubmits } from './submits.ts';

describeDeterminism('the CPU', cpuEngine(), layeredSubmits);
