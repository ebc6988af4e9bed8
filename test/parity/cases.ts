import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { caseData } from '../../scripts/parity/case-data.ts';
import type { KerasCase } from '../../scripts/parity/keras-case.ts';
import { type Deviation, runKerasCase } from '../../scripts/parity/run-keras-case.ts';
import type { Engine } from '../../src/index.ts';

const golden = new URL('../golden/', import.meta.url);
const dataSets = new URL('../data-sets', import.meta.url).pathname;

/** Names of the recorded files of a kind. */
export function caseNames(kind: 'keras' | 'sklearn'): string[] {
  return readdirSync(new URL(`${kind}/`, golden)).filter((name) => name.endsWith('.json'));
}

export function readCase(kind: 'keras' | 'sklearn', name: string) {
  return JSON.parse(readFileSync(new URL(`${kind}/${name}`, golden), 'utf8'));
}

export function expectWithinTolerances(deviations: readonly Deviation[]): void {
  expect(deviations.length).toBeGreaterThan(0);
  expect(deviations.filter(({ worst, tolerance }) => !(worst <= tolerance))).toEqual([]);
}

/** Trains a recorded run of Keras on an engine and compares everything that was recorded. */
export async function expectKerasParity(name: string, engine: Engine): Promise<void> {
  const run: KerasCase = readCase('keras', name);
  expectWithinTolerances(await runKerasCase(run, await caseData(run, dataSets), engine));
}
