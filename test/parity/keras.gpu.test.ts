import { describe, it } from 'vitest';
import { gpuForTests } from '../gpu.ts';
import { caseNames, expectKerasParity } from './cases.ts';

const { engine } = await gpuForTests();

describe('recorded runs of Keras on the WebGPU engine', () => {
  it.each(caseNames('keras'))('%s', (name) => expectKerasParity(name, engine));
});
