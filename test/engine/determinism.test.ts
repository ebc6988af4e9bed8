import { cpuEngine } from '../../src/index.ts';
import { describeDeterminism } from './determinism.ts';

describeDeterminism(cpuEngine());
