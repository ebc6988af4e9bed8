import { describe, expect, it } from 'vitest';
import type { StudyConfig } from '../../src/index.ts';
import { fileWith } from '../cli/run.ts';
import { KilledStudy, moonsTable } from './killed.ts';
import { numbers, space } from './runner.ts';
import { freshPath } from './store/sample.ts';

const common = { folds: 2, epochs: 12, roundSize: 8, trials: 120, seed: 3 } as const;
const studies: Readonly<Record<string, StudyConfig>> = {
  'tpe and asha': { ...common, space, sampler: 'tpe', pruner: 'asha' },
  'random and median': { ...common, space, sampler: 'random', pruner: 'median' },
  'cmaes and hyperband': { ...common, space: numbers, sampler: 'cmaes', pruner: 'hyperband' },
  'quasi-random': { ...common, space, sampler: 'quasi-random', pruner: 'none' },
  'population-based': {
    ...common,
    space: { ...space, learningRate: numbers.learningRate },
    sampler: { name: 'population-based', population: 8, keep: ['hidden'] },
  },
};
const killsOfEach = 10;

// Processes start in a third of a second on a fast machine, and in seconds on a busy one.
describe.concurrent.each(Object.entries(studies))('a study by %s', (_, config) => {
  it('lives through kills without losing a trial, and ends with the table of one that was not killed', {
    timeout: 400_000,
  }, async () => {
    for (let [kills, seed] = [0, 3]; kills < killsOfEach; seed++) {
      const file = fileWith(JSON.stringify({ ...config, seed }), 'study.json');
      const tune = ['--data', moonsTable(), '--target', 'y', file];
      const study = new KilledStudy(freshPath(), tune, ['--engine', 'cpu']);
      const whole = new KilledStudy(freshPath(), tune, ['--engine', 'cpu']);
      const lived = await study.kill(killsOfEach - kills, seed);
      kills += study.kills;
      if (lived) await study.end();
      await whole.end();
      expect(study.table()).toEqual(whole.table());
    }
  });
});
