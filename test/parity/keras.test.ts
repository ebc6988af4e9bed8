import { describe, it } from 'vitest';
import { cpuEngine } from '../../src/index.ts';
import { caseNames, expectKerasParity } from './cases.ts';

describe('recorded runs of Keras on the CPU engine', () => {
  it.each(caseNames('keras'))('%s', (name) => expectKerasParity(name, cpuEngine()));
});
