import { gpuForTests } from '../gpu.ts';
import { describeDeterminism } from './determinism.ts';

const { engine } = await gpuForTests();

describeDeterminism(engine);
