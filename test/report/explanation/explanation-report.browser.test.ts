import { mkdirSync, writeFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explanationReport } from '../../../src/report/index.ts';
import { launchChromium } from '../../browser/chromium.ts';
import { cutLabels, weakTexts } from '../page-checks.ts';
import { syntheticExplanation } from './synthetic-explanation.ts';

/** Pages and screenshots stay here, to be looked at. */
const folder = new URL('../../../node_modules/.cache/shoal/reports/', import.meta.url);

let browser: Browser;
const long = (i: number) => `column${i}${'AndOnAndOn'.repeat(17)}`;
const pages = {
  'explanation of two classes': syntheticExplanation({ columns: 30, rows: 60 }),
  'explanation of three classes, 100,000 points': syntheticExplanation({
    columns: 25,
    rows: 4000,
    outputs: ['setosa', 'versicolor', 'virginica'],
  }),
  'explanation with names of 180 letters': syntheticExplanation({
    columns: 20,
    rows: 50,
    name: long,
    outputs: [long(0)],
  }),
};
const looks = [
  [380, 'light'],
  [1280, 'dark'],
  [1280, 'light'],
  [380, 'dark'],
] as const;
/** The first page in all looks, the others in two. */
const cases = Object.keys(pages).flatMap((name, i) =>
  looks.slice(0, i === 0 ? 4 : 2).map(([width, scheme]) => [name, width, scheme] as const),
);

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  for (const [name, explanation] of Object.entries(pages)) {
    writeFileSync(new URL(`${name}.html`, folder), explanationReport(explanation));
  }
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
});

describe('the report of an explanation, from the disk', () => {
  it.each(cases)('%s, %i pixels wide, %s', async (name, width, colorScheme) => {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme,
      offline: true,
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    const url = new URL(`${name}.html`, folder).href;
    page.on('request', (request) => {
      if (request.url() !== url) complaints.push(request.url());
    });
    await page.goto(url);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    expect(await page.evaluate(weakTexts, 150)).toEqual([]);
    expect(await page.evaluate(cutLabels)).toEqual([]);
    // A page whose style sheet does not hold mixes no colours: everything is black.
    const colours = await page.evaluate(mixedColours);
    expect(colours.length).toBeGreaterThan(4);
    expect(new Set(colours).size).toBe(colours.length);
    const screenshot = await page.screenshot({ fullPage: true });
    writeFileSync(new URL(`${name}, ${width}, ${colorScheme}.png`, folder), screenshot);
    // Charts and text do not compress to what a blank page does (8 kB).
    expect(screenshot.byteLength).toBeGreaterThan(100_000);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('has a name for every picture, and its numbers beside it', async () => {
    const page = await browser.newPage();
    await page.goto(new URL('explanation of two classes.html', folder).href);
    const unnamed = await page.locator('svg:not([aria-label]):not([aria-hidden])').count();
    expect(unnamed).toBe(0);
    await page.locator('section[aria-labelledby="importance"] summary').focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('details[open] tbody tr').count()).toBe(30);
    await page.close();
  });
});

/** Colours of the first summary's marks. Runs in the page. */
function mixedColours(): string[] {
  const marks = document.querySelectorAll(
    'section[aria-labelledby="attributions"] .wide path[fill^="color-mix"]',
  );
  return [...new Set([...marks].map((mark) => mark.getAttribute('fill')))].map((fill) => {
    const mark = [...marks].find((one) => one.getAttribute('fill') === fill);
    return mark ? getComputedStyle(mark).fill : '';
  });
}
