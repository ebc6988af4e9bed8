import { describe, expect, it } from 'vitest';
import { studyReport } from '../../src/report/index.ts';
import { objectiveAxis } from '../../src/report/objective-axis.ts';
import { type ParameterColumn, parameterColumns } from '../../src/report/parameter-columns.ts';
import { viewStudy } from '../../src/report/study-view.ts';
import type { StudyData, TrialResult } from '../../src/study/records.ts';
import type { Parameters } from '../../src/study/space-types.ts';
import { syntheticStudy } from './synthetic-study.ts';

const text = (study: StudyData) =>
  studyReport(study)
    .replace(/<style>[\s\S]*?<\/style>|<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

/** A study of complete trials with these runs of their objective. */
function studyOf(
  trials: readonly (readonly number[])[],
  changes: (index: number) => Partial<TrialResult> = () => ({}),
) {
  const study = syntheticStudy({ trials: trials.length, folds: trials[0]?.length ?? 1 });
  const results = study.results.map((result, index): TrialResult => {
    const runs = trials[index] ?? [];
    const value = runs.reduce((sum, run) => sum + run, 0) / runs.length;
    return {
      ...(result as TrialResult),
      state: 'complete',
      runs: Float64Array.from(runs),
      values: Float64Array.of(value),
      ...changes(index),
    };
  });
  return { ...study, results };
}

describe('the lead of the best trial', () => {
  it('is clear where it is ahead by the same in every run', () => {
    const page = text(
      studyOf([
        [0.3, 0.4, 0.5],
        [0.201, 0.3, 0.399],
      ]),
    );
    expect(page).toContain(
      'The lead is larger than the spread: the difference between trial 1 and trial 0 is 0.1,',
    );
  });

  it('is noise where the runs disagree', () => {
    const page = text(
      studyOf([
        [0.3, 0.4, 0.5],
        [0.5, 0.3, 0.39],
      ]),
    );
    expect(page).toContain('The lead is noise: the difference between trial 1 and trial 0 is 0.0033,');
  });
});

describe('a study whose best trials were trained again', () => {
  const again = (...runs: readonly number[]) => ({
    confirmation: {
      values: Float64Array.of(runs.reduce((sum, run) => sum + run, 0) / runs.length),
      runs: Float64Array.from(runs),
      metrics: { accuracy: 0.75 },
    },
  });
  const confirmed = [again(0.6, 0.7, 0.8, 0.9), again(0.5, 0.6, 0.7, 0.8), undefined];
  const study = studyOf(
    [
      [0.2, 0.3],
      [0.4, 0.5],
      [0.1, 0.2],
    ],
    (index) => confirmed[index] ?? {},
  );
  const page = text({ ...study, settings: { ...study.settings, confirmSets: 2 } });

  it('says what the best one reached there, beside what it reached in the search', () => {
    expect(page).toMatch(/Trial 1 of 3 ?: val_loss 0\.65 ± 0\.13 over 4 other folds/);
    expect(page).toContain('the best trials, by 4 trainings on other folds');
    expect(page).toMatch(/val_loss in the search 0\.45 /);
    expect(page).toMatch(/accuracy 0\.75 /);
    expect(page).toContain('The best of 2 trials that were trained again');
    expect(page).not.toContain('is flattering');
  });

  it('compares it with those that were trained again only', () => {
    expect(page).toContain('difference between trial 1 and trial 0 is 0.1,');
    expect(page).toMatch(/1\. trial 1 .* 2\. trial 0 /);
    expect(page).not.toContain('3. trial');
  });
});

describe('the axis of an objective', () => {
  const values = Array.from({ length: 101 }, (_, i) => 101 + i);

  it.each([
    ['minimize', 101, 201],
    ['maximize', 201, 101],
  ] as const)('to %s shows the best in its place, the worst at the edge', (direction, best, worst) => {
    const { axis, place, note } = objectiveAxis({ metric: 'm', direction }, values);
    expect(place(best)).toBe(axis.place(best));
    expect(place(worst)).not.toBe(axis.place(worst));
    expect([axis.low, axis.high]).toContain(place(worst));
    // 96 % of the values take 96 of the 101 places, and the axis has room for 3 % more of them.
    expect(note).toBe('2 trials with worse values stand at the edge.');
  });
});

describe('the history', () => {
  it('counts how often the best so far got better', () => {
    const page = text(studyOf([[0.5], [0.6], [0.4], [0.4], [0.45], [0.1], [0.2]]));
    expect(page).toContain(
      'The best so far got better 2 times after the first complete trial; it is 0.1 since trial 5.',
    );
  });
});

describe('learning curves', () => {
  it('tell where the validation loss was lowest, and that it rose', () => {
    const curve = Float32Array.of(1, 0.5, 0.625, 2, 0.25, 0.125, 3, 0.125, 0.25);
    const page = text(studyOf([[0.2], [0.4], [0.5]], (index) => (index === 0 ? { curve, epochs: 3 } : {})));
    expect(page).toContain('Its validation loss was lowest at epoch 2, 0.125, and rose to 0.25 by the end.');
    expect(page).toContain('Its training loss ended at 0.125.');
  });
});

describe('the timeline', () => {
  it('counts time in which several things ran once', () => {
    const study = studyOf([[0.2], [0.4]], () => ({ startedMs: 0, endedMs: 10_000 }));
    const spans = [
      { startMs: 0, endMs: 5000, label: 'a', round: 0, runs: 40 },
      { startMs: 4000, endMs: 6000, label: 'b', round: 0, runs: 35 },
      { startMs: 8000, endMs: 10_000, label: 'a', round: 1, runs: 25 },
    ];
    const page = text({ ...study, spans }).replaceAll('\u00a0', ' ');
    expect(page).toContain(
      'busy for 8.0 s of 10.0 s, 80 % of the time, with 100 trainings in 3 launches: 10 a second.',
    );
    expect(page).toContain('a took the most time, 7.0 s.');
  });
});

describe('the batch size', () => {
  it('is told with the medians of its trials', () => {
    const runs = Array.from({ length: 24 }, (_, i) => [0.1 + 0.01 * i]);
    const study = studyOf(runs);
    const trials = study.trials.map((trial, i) => ({ ...trial, parameters: { batchSize: i % 2 ? 64 : 16 } }));
    // Of 0.10, 0.12 ... 0.32 and of 0.11, 0.13 ... 0.33.
    expect(text({ ...study, trials })).toContain('Medians of val_loss: 16: 0.21, 64: 0.22.');
  });
});

describe('parameters', () => {
  const columnsOf = (parameters: readonly Parameters[]): ParameterColumn[] => {
    const study = studyOf(parameters.map(() => [1]));
    const trials = study.trials.map((trial, i) => ({ ...trial, parameters: parameters[i] as Parameters }));
    return parameterColumns(viewStudy({ ...study, trials }).ended);
  };
  const places = Array.from({ length: 60 }, (_, i) => (i + 0.5) / 60);

  it('are numbers, on a logarithmic scale where they spread over orders of magnitude', () => {
    const columns = columnsOf(
      places.map((p) => ({ rate: 10 ** (4 * p - 5), dropout: 0.5 * p, temperature: p - 0.5 })),
    );
    expect(columns.map(({ kind, isLogarithmic }) => [kind, isLogarithmic])).toEqual([
      ['number', true],
      ['number', false],
      ['number', false],
    ]);
  });

  it('are levels where few numbers come back, in their order', () => {
    const [column] = columnsOf(places.map((_, i) => ({ batchSize: [128, 8, 32][i % 3] as number })));
    expect(column).toMatchObject({ kind: 'level', labels: ['8', '32', '128'] });
    expect([...(column?.values.slice(0, 3) ?? [])]).toEqual([2, 0, 1]);
  });

  it('are choices otherwise, off where they are missing, left out where they never differ', () => {
    const columns = columnsOf(
      places.map((_, i) => ({
        kind: ['b', 'a'][i % 2] as string,
        fixed: 3,
        ...(i % 2 ? { rest: [16, 8] } : {}),
      })),
    );
    expect(columns.map(({ name, labels }) => [name, labels])).toEqual([
      ['kind', ['a', 'b']],
      ['rest', ['16-8']],
    ]);
    expect([...(columns[1]?.values.slice(0, 2) ?? [])]).toEqual([Number.NaN, 0]);
  });

  it('put rare choices together where there are too many', () => {
    const [column] = columnsOf(places.map((_, i) => ({ name: `n${i < 20 ? 0 : i}` })));
    expect(column?.labels).toHaveLength(29);
    expect(column?.labels).toContain('n0');
    expect(column?.labels.at(-1)).toBe('others');
  });
});
