import { describe, it } from 'vitest';
import { webgpuEngine } from '../../src/index.ts';
import { gpuForTests, isSecondAdapter } from '../gpu.ts';
import { caseNames, expectKerasParity } from './cases.ts';

const { context } = await gpuForTests();
const cases = caseNames('keras');

describe('recorded runs of Keras, as whole trainings in the kernel that the planner takes', () => {
  const engine = webgpuEngine(context);
  it.each(cases)('%s', (name) => expectKerasParity(name, engine));
});

// The planner takes a lane a trial for most of these: one of each loss, and two hidden layers.
const varied = ['seed-callbacks', 'diabetes-mse', 'digits-softmax', 'cancer-adamw-clip'].map(
  (name) => `${name}.json`,
);

// The kernels themselves are verified on both adapters.
describe('recorded runs of Keras, layer by layer', () => {
  const engine = webgpuEngine(context, { mapping: 'layered' });
  it.each(isSecondAdapter ? varied : cases)('%s', (name) => expectKerasParity(name, engine));
});

describe('recorded runs of Keras, one subgroup a trial', () => {
  const engine = webgpuEngine(context, { mapping: 'subgroup' });
  it.each(varied)('%s', (name) => expectKerasParity(name, engine));
});

describe('recorded runs of Keras, one workgroup a trial, as on adapters without subgroups', () => {
  const engine = webgpuEngine(context, { mapping: 'subgroup', exchange: 'workgroup' });
  it.each(varied.slice(0, 2))('%s', (name) => expectKerasParity(name, engine));
});
