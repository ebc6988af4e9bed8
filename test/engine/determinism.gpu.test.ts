import { webgpuEngine } from '../../src/index.ts';
import { gpuForTests } from '../gpu.ts';
import { describeDeterminism } from './determinism.ts';
import { fusedSubmits, layeredSubmits } from './submits.ts';

const { context } = await gpuForTests();

describeDeterminism('layers', webgpuEngine(context, { mapping: 'layered' }), layeredSubmits);
describeDeterminism('a lane a trial', webgpuEngine(context, { mapping: 'lane' }), fusedSubmits);
describeDeterminism('a subgroup a trial', webgpuEngine(context, { mapping: 'subgroup' }), fusedSubmits);
