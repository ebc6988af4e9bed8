import { describe, it } from 'vitest';
import { cpuEngine, wasmEngine } from '../../src/index.ts';
import { caseNames, expectKerasParity } from './cases.ts';

describe.each([
  ['the reference', cpuEngine()],
  ['WebAssembly', wasmEngine()],
])('recorded runs of Keras on %s', (_, engine) => {
  it.each(caseNames('keras'))('%s', (name) => expectKerasParity(name, engine));
});
