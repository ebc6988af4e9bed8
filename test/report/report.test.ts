import { beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { studyReport } from '../../src/report/index.ts';
import type { Objective, StudyData } from '../../src/study/records.ts';
import type { ParameterValue } from '../../src/study/space-types.ts';
import { syntheticStudy } from './synthetic-study.ts';

const minimize = (metric: string): Objective => ({ metric, direction: 'minimize' });
const headings = (page: string) => [...page.matchAll(/<h2 id="([^"]*)"/g)].map(([, id]) => id);
const figures = (page: string) => page.match(/<figure>[\s\S]*?<\/figure>/g) ?? [];
const textOf = (page: string) =>
  page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

describe('a report', () => {
  const study = syntheticStudy({ trials: 400 });
  let page = '';
  beforeAll(() => {
    page = studyReport(study, { file: 'my studies/a.study', date: '1 May 2026' });
  });

  it('has all sections of a study with one objective', () => {
    const all = [
      'best',
      'history',
      'curves',
      'importance',
      'slices',
      'contour',
      'parallel',
      'batch-size',
      'timeline',
      'next',
    ];
    expect(headings(page)).toEqual(all);
    for (const id of all) expect(page).toContain(`<a href="#${id}">`);
  });

  it('says first which trial is best, of how many, with its spread and against the median', () => {
    const values = study.results.map((result) =>
      result?.state === 'complete' ? result.values[0] : undefined,
    );
    const complete = values.filter((value) => value !== undefined).sort((a, b) => a - b);
    const best = values.indexOf(complete[0]);
    const runs = study.results[best]?.runs ?? new Float64Array();
    const mean = runs.reduce((sum, run) => sum + run / 5, 0);
    const sd = Math.sqrt(runs.reduce((sum, run) => sum + (run - mean) ** 2, 0) / 4);
    const ratio = (complete[Math.floor(complete.length / 2)] as number) / (complete[0] as number);
    const verdict = textOf(/<p class="verdict">[\s\S]*?<\/p>/.exec(page)?.[0] ?? '').replaceAll(
      '\u00a0',
      ' ',
    );
    const [, trial, value, spread, times] =
      /Trial (\d+) of 400 ?: val_loss ([\d.]+) ± ([\d.]+) over 5 folds; ([\d.]+) times/.exec(verdict) ?? [];
    expect(Number(trial)).toBe(best);
    expect(Math.abs(Number(value) - mean)).toBeLessThan(10 ** -(value?.split('.')[1]?.length ?? 0));
    expect(Math.abs(Number(spread) / sd - 1)).toBeLessThan(0.06);
    expect(Math.abs(Number(times) / ratio - 1)).toBeLessThan(0.06);
  });

  it('names the commands with the file, quoted for a shell', () => {
    expect(page).toContain('shoal resume &#39;my studies/a.study&#39;');
    expect(page).toContain('1 May 2026');
  });

  it('tells in words what each chart shows', () => {
    expect(figures(page).length).toBeGreaterThan(12);
    for (const figure of figures(page)) {
      const caption = /<figcaption>([^<]+)<\/figcaption>/.exec(figure)?.[1] ?? '';
      expect(caption).toMatch(/\d/);
      for (const [svg] of figure.matchAll(/<svg [^>]*viewBox[^>]*>/g)) {
        expect(svg).toContain('role="img"');
        expect(svg).toContain(`aria-label="${caption}"`);
      }
    }
  });

  it('loads nothing, runs nothing, and forbids both', () => {
    expect(page).toMatch(
      /Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-[\w+/]{43}=&#39;/,
    );
    expect(page).not.toMatch(/<script|<link|<img|<iframe|javascript:|@import|<\w[^>]*\sstyle=|\son\w+=/i);
    expect(
      [...page.matchAll(/\b(?:src|href|xlink:href)="([^"]*)"/g)].filter(([, to]) => !to?.startsWith('#')),
    ).toEqual([]);
    expect([...page.matchAll(/url\(([^)]*)\)/g)].filter(([, to]) => !to?.startsWith('#'))).toEqual([]);
    expect(page).not.toMatch(/https?:\/\//);
  });

  it('takes all colours of charts from the style sheet, each of which is there for light and dark', () => {
    const used = new Set([...page.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name));
    for (const name of used) expect(page).toContain(`${name}:#`);
    const painted = [...page.matchAll(/ (?:fill|stroke)="([^"]*)"/g)].map(([, color]) => color as string);
    expect(painted.filter((color) => !/^(none|var\(--[\w-]+\)|#000)$/.test(color))).toEqual([]);
  });

  it('has each name of an element once, and every reference finds one', () => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of page.matchAll(/(?:href="|url\()#([^")]*)/g)) expect(ids).toContain(id);
  });

  it('is the same for the same study', () => {
    expect(studyReport(study, { file: 'my studies/a.study', date: '1 May 2026' })).toBe(page);
  });

  it('refuses unknown options', () => {
    expect(() => studyReport(study, { fil: 'x' } as never)).toThrow(UsageError);
  });
});

describe('hostile names', () => {
  const hostile = `</title></svg></style><script>alert(1)</script><img src=x onerror=alert(1)>"'&{{x}}`;
  const study = syntheticStudy({
    trials: 120,
    objectives: [minimize(hostile)],
    settings: { name: hostile, engine: hostile, sampler: { name: hostile }, pruner: { name: hostile } },
  });
  const renamed: StudyData = {
    ...study,
    settings: {
      ...study.settings,
      data: { ...(study.settings.data as never as object), file: hostile } as never,
    },
    trials: study.trials.map((trial) => ({
      ...trial,
      parameters: Object.fromEntries(
        Object.entries(trial.parameters).map(([name, value]): [string, ParameterValue] => [
          `${name}${hostile}`,
          typeof value === 'string' ? value + hostile : value,
        ]),
      ),
    })),
    spans: study.spans.map((span) => ({ ...span, label: span.label + hostile })),
  };

  it('stay text', () => {
    const page = studyReport(renamed, { file: hostile, date: hostile });
    expect(page.match(/<script|<img|<\/style>/g)).toEqual(['</style>']);
    expect(page.match(/<\/title>/g)).toEqual(['</title>']);
    expect(page.match(/<svg /g)?.length).toBe(page.match(/<\/svg>/g)?.length);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    // Attributes end where they should: nothing that a name brought is an attribute of its own.
    const tags = page.match(/<\w(?:[^>"]|"[^"]*")*>/g) ?? [];
    const names = tags.flatMap((tag) => tag.replace(/"[^"]*"/g, '').match(/[\w:-]+(?==)/g) ?? []);
    expect(names.filter((name) => name.startsWith('on') || name === 'src')).toEqual([]);
    expect(tags.length).toBeGreaterThan(1000);
  });
});

/** The trials of a study again and again: many are sooner made so. */
function repeated({ trials, results, ...study }: StudyData, times: number): StudyData {
  const again = <T extends { index: number }>(items: readonly (T | undefined)[]) =>
    Array.from({ length: times * items.length }, (_, index) => ({
      ...(items[index % items.length] as T),
      index,
    }));
  return { ...study, trials: again(trials), results: again(results) };
}

describe('studies of all kinds', () => {
  it('without a trial', () => {
    const page = studyReport(syntheticStudy({ trials: 0 }));
    expect(headings(page)).toEqual(['next']);
    expect(page).toContain('No trial has ended yet');
  });

  it('with trials that wait', () => {
    const study = syntheticStudy({ trials: 30 });
    const page = studyReport({ ...study, results: study.results.map((r, i) => (i < 20 ? r : undefined)) });
    expect(textOf(page)).toMatch(/not trained yet 10 /);
    expect(page).toContain('Train the trials that are not trained yet');
  });

  it('with one trial', () => {
    const study = syntheticStudy({ trials: 1, seed: 3 });
    expect(study.trials[0]?.state).toBe('complete');
    const page = studyReport(study);
    expect(headings(page)).toEqual(['best', 'curves', 'timeline', 'next']);
  });

  it('of which all failed', () => {
    const page = studyReport(syntheticStudy({ trials: 50, allFail: true }));
    expect(textOf(page)).toContain('50 trials ended, and all of them failed');
    expect(headings(page)).toEqual(['timeline', 'next']);
  });

  it('with one parameter', () => {
    const page = studyReport(syntheticStudy({ trials: 150, parameters: ['learningRate'] }));
    expect(headings(page)).toEqual(['best', 'history', 'curves', 'importance', 'slices', 'timeline', 'next']);
  });

  it('with parameters that others switch on', () => {
    const page = studyReport(syntheticStudy({ trials: 300, parameters: ['penalty', 'l2'] }));
    expect(textOf(page)).toMatch(/l2: the best trial has [^.]*\S+\. Switched off in \d+ trials\./);
    expect(figures(page).some((figure) => figure.includes('>off</text>'))).toBe(true);
  });

  it('with three objectives', () => {
    const objectives: Objective[] = [
      minimize('val_loss'),
      minimize('weights'),
      { metric: 'accuracy', direction: 'maximize' },
    ];
    const page = studyReport(syntheticStudy({ trials: 200, objectives }));
    expect(headings(page)).toContain('pareto');
    for (const pair of [
      'val_loss (less is better) against weights',
      'weights (less is better) against accuracy (more',
    ])
      expect(textOf(page)).toContain(pair);
  });

  it('with an objective to be made large', () => {
    const study = syntheticStudy({
      trials: 100,
      objectives: [{ metric: 'accuracy', direction: 'maximize' }],
    });
    const complete = study.results.flatMap((r) => (r?.state === 'complete' ? [r] : []));
    const best = complete.reduce((a, b) => ((b.values[0] ?? 0) > (a.values[0] ?? 0) ? b : a));
    expect(textOf(studyReport(study))).toContain(`Trial ${best.index} of 100`);
  });

  it('whose parameters change nothing', () => {
    const study = syntheticStudy({ trials: 100, folds: 2 });
    const equal = study.results.map((result) => result && { ...result, values: Float64Array.of(0.7) });
    const page = studyReport({ ...study, results: equal });
    expect(headings(page)).not.toContain('importance');
    expect(headings(page)).not.toContain('contour');
    expect(headings(page)).toContain('slices');
  });

  it('of a function, without data, curves, runs and a device', () => {
    const { settings, ...study } = syntheticStudy({ trials: 100 });
    const { data: _, ...own } = settings;
    const results = study.results.map(
      (result) =>
        result && { ...result, curve: new Float32Array(), runs: new Float64Array(), metrics: {}, weights: 0 },
    );
    const page = studyReport({ ...study, settings: own, results, spans: [] });
    expect(textOf(page)).not.toMatch(/NaN|undefined|null/);
    expect(headings(page)).not.toContain('curves');
    expect(headings(page)).not.toContain('timeline');
  });

  it('with a single run a trial', () => {
    const page = studyReport(syntheticStudy({ trials: 60, folds: 1 }));
    expect(textOf(page)).toContain('With a single run a trial, nothing says whether');
  });

  it('with 100,000 trials: aggregated, no larger and hardly slower', () => {
    const page = studyReport(repeated(syntheticStudy({ trials: 5000, epochs: 20 }), 20));
    // A path for each level of a scale, however many trials; 20,000 trials make 760 kB.
    expect(page.length).toBeLessThan(1_200_000);
    expect(page.match(/<(?:path|rect|text|circle)\b/g)?.length).toBeLessThan(2500);
    expect(headings(page)).toHaveLength(10);
  });
});
