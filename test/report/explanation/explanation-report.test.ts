import { describe, expect, it } from 'vitest';
import { explanationReport } from '../../../src/report/index.ts';
import { syntheticExplanation } from './synthetic-explanation.ts';

const small = syntheticExplanation({ columns: 12, rows: 60 });
const headings = (page: string) => [...page.matchAll(/<h2 id="(\w+)"/g)].map(([, id]) => id);

describe('the report of an explanation', () => {
  it('has a section for all that was found', () => {
    const page = explanationReport(small, { date: '2026-01-01' });
    expect(headings(page)).toEqual(['importance', 'attributions', 'agreement', 'rows', 'dependence', 'pair']);
    expect(page).toContain('Shoal explanation, 2026-01-01');
    // Column 0 with its interval of ± 0.013, so that its standard error is about 0.0065.
    expect(page).toContain('<strong>column_0</strong> matters most');
    const unclear = small.importance?.columns.filter(({ isClear }) => !isClear).length;
    expect(page).toContain(`${unclear} of 12 columns cannot be told from noise`);
    expect(page).toContain('Attributions are of 60 of the 569 rows, drawn at random.');
  });

  it('leaves out what was not', () => {
    const { importance, summary, pair, ...rest } = small;
    expect(headings(explanationReport({ ...rest, rows: [], dependence: [] }))).toEqual([]);
    expect(headings(explanationReport({ ...rest, ...(importance && { importance }), rows: [] }))).toEqual([
      'importance',
      'dependence',
    ]);
    const { gradients } = summary ?? { rows: [] };
    const only = {
      ...rest,
      summary: { rows: summary?.rows ?? [], ...(gradients && { gradients }) },
      rows: [],
    };
    const page = explanationReport(only);
    expect(headings(page)).toEqual(['attributions', 'dependence']);
    expect(page).toContain('Integrated gradients of 60 predictions');
    expect(page).not.toContain('SHAP');
  });

  it('does not grow with the rows of the summary', () => {
    const large = syntheticExplanation({ columns: 12, rows: 9000 });
    const [a, b] = [explanationReport(small).length, explanationReport(large).length];
    // 108,000 points against 720: more of the bins are full, no more.
    expect(b).toBeLessThan(1.3 * a);
    expect(b).toBeLessThan(500_000);
  });

  it('holds no markup from the data, and neither scripts nor addresses', () => {
    const evil = '<img src=x onerror=alert(1)>';
    const page = explanationReport({
      ...syntheticExplanation({ columns: 3, rows: 20, name: (i) => evil + i, outputs: [evil] }),
      notes: [evil],
      data: { source: evil, rows: 1 },
    });
    expect(page).not.toContain('<img');
    expect(page).not.toMatch(/<script|https?:|<link|@import/);
  });

  it('says that nothing is clear where nothing is', () => {
    const importance = small.importance && {
      ...small.importance,
      columns: small.importance.columns.map((column) => ({ ...column, isClear: false })),
    };
    const page = explanationReport({ ...small, ...(importance && { importance }) });
    expect(page).toContain('No column can be told from noise');
  });

  it('draws the means of categories over their boxes', () => {
    const page = explanationReport(small);
    const label = page.indexOf('left (300)');
    const chart = page.slice(page.lastIndexOf('<svg', label), page.indexOf('</svg>', label));
    const [box, ring] = [chart.lastIndexOf('fill="var(--wash)"'), chart.indexOf('stroke-width="9"')];
    expect(box).toBeGreaterThan(0);
    expect(ring).toBeGreaterThan(box);
  });

  it('refuses options that do not exist', () => {
    expect(() => explanationReport(small, { day: 'x' } as object)).toThrow(
      /must have options from date, got day/,
    );
  });
});
