import { expect, it } from 'vitest';
import { fileWith } from '../cli/run.ts';
import { KilledStudy, moonsTable } from './killed.ts';
import { numbers } from './runner.ts';
import { freshPath } from './store/sample.ts';

it('a study on the adapter lives through kills and ends with the table of one that was not killed', {
  timeout: 400_000,
}, async () => {
  const settings = {
    space: numbers,
    sampler: 'tpe',
    pruner: 'asha',
    folds: 2,
    epochs: 12,
    roundSize: 8,
    trials: 40,
  };
  const file = fileWith(JSON.stringify(settings), 'study.json');
  const tune = ['--data', moonsTable(), '--target', 'y', file];
  const [study, whole] = [0, 1].map(() => new KilledStudy(freshPath(), tune, ['--engine', 'webgpu'])) as [
    KilledStudy,
    KilledStudy,
  ];
  if (await study.kill(3, 9)) await study.end();
  await whole.end();
  expect(study.kills).toBeGreaterThan(0);
  expect(study.table()).toEqual(whole.table());
});
