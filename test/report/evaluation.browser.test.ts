import { mkdirSync, writeFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluatePredictions } from '../../src/index.ts';
import { evaluationReport } from '../../src/report/index.ts';
import { launchChromium } from '../browser/chromium.ts';
import { cutLabels, weakTexts } from './page-checks.ts';
import { syntheticPredictions } from './synthetic-predictions.ts';

/** Pages and screenshots stay here, to be looked at. */
const folder = new URL('../../node_modules/.cache/shoal/reports/', import.meta.url);
const long = (name: string) => `${name}${' and on'.repeat(20)}`;
const cases = {
  'two classes, a million rows': syntheticPredictions({ task: 'binary', rows: 1_000_000, slices: 0 }),
  'twelve classes with long names': syntheticPredictions({
    task: 'multiclass',
    rows: 900,
    slices: 1,
    classes: 12,
    name: long,
  }),
  'forty classes': syntheticPredictions({ task: 'multiclass', rows: 2000, slices: 0, classes: 40 }),
  'a regression of few rows': syntheticPredictions({ task: 'regression', rows: 90, slices: 2 }),
  'a regression of many rows': syntheticPredictions({
    task: 'regression',
    rows: 200_000,
    slices: 1,
    name: long,
  }),
  'one class only': syntheticPredictions({ task: 'binary', rows: 40, slices: 1, onlyClass: 0 }),
};
type Case = keyof typeof cases;

let browser: Browser;
const pages = new Map<string, string>();

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  for (const [name, predictions] of Object.entries(cases)) {
    const resamples = predictions.truth.length > 10_000 ? 2 : 100;
    const evaluation = await evaluatePredictions(predictions, { resamples });
    const page = evaluationReport(evaluation, { model: `models/${name}.safetensors`, rows: 'all rows' });
    pages.set(name, page);
    writeFileSync(new URL(`${name}.html`, folder), page);
  }
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
});

async function open(name: string, width: number, colorScheme: 'light' | 'dark') {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, offline: true });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  const { href } = new URL(`${name}.html`, folder);
  await page.goto(href);
  return { context, page, complaints, requests: requests.filter((request) => request !== href) };
}

describe.each(Object.keys(cases) as Case[])('an evaluation of %s, from the disk', (name) => {
  it.each([
    [380, 'light'],
    [1280, 'dark'],
  ] as const)('%i pixels wide, %s', async (width, scheme) => {
    const { context, page, complaints, requests } = await open(name, width, scheme);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    expect(await page.evaluate(weakTexts, 80)).toEqual([]);
    expect(await page.evaluate(cutLabels)).toEqual([]);
    // Whoever does not see a picture hears what it shows.
    const spoken = await page
      .locator('figure svg[role=img]')
      .evaluateAll((all) => all.map((svg) => svg.getAttribute('aria-label')?.length ?? 0));
    expect(Math.min(...spoken, 1000)).toBeGreaterThan(30);
    const screenshot = await page.screenshot({ fullPage: true });
    writeFileSync(new URL(`${name}, ${width}, ${scheme}.png`, folder), screenshot);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    await context.close();
  });

  it('has neither scripts nor what is no number, and is not large', () => {
    const page = pages.get(name) ?? '';
    expect(page).not.toMatch(/<script|javascript:|onload=|https?:\/\/(?!www\.w3\.org)/i);
    expect(page).not.toMatch(/NaN|undefined|\[object|Infinity/);
    expect(page.length).toBeLessThan(900_000);
    expect(page.length).toBeGreaterThan(15_000);
  });
});

it('is dark on white on paper', async () => {
  const { context, page } = await open('two classes, a million rows', 1280, 'dark');
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
    'rgb(255, 255, 255)',
  );
  expect(await page.evaluate(weakTexts, 80)).toEqual([]);
  await context.close();
});
