import { mkdirSync, writeFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { studyReport } from '../../src/report/index.ts';
import type { StudyData } from '../../src/study/records.ts';
import type { ParameterValue } from '../../src/study/space-types.ts';
import { launchChromium } from '../browser/chromium.ts';
import { cutLabels, weakTexts } from './page-checks.ts';
import { syntheticStudy } from './synthetic-study.ts';

/** Pages and screenshots stay here, to be looked at. */
const folder = new URL('../../node_modules/.cache/shoal/reports/', import.meta.url);
const schemes = ['light', 'dark'] as const;
const widths = [380, 1280] as const;

let browser: Browser;
const files = new Map<string, URL>();
const studies = {
  '200 trials': syntheticStudy({ trials: 200 }),
  '6,000 trials': syntheticStudy({ trials: 6000, epochs: 20 }),
  'names of 180 letters': withLongNames(syntheticStudy({ trials: 150 })),
};

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  for (const [name, study] of Object.entries(studies)) {
    const file = new URL(`${name}.html`, folder);
    writeFileSync(file, studyReport(study, { file: 'breast-cancer.study' }));
    files.set(name, file);
  }
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
});

async function open(name: string, width: number, colorScheme: (typeof schemes)[number]) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, offline: true });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  const url = (files.get(name) as URL).href;
  await page.goto(url);
  return { context, page, complaints, requests: requests.filter((request) => request !== url) };
}

describe.each(Object.keys(studies))('a report on %s, from the disk', (name) => {
  describe.each(widths)('%i pixels wide', (width) => {
    it.each(schemes)('%s', async (scheme) => {
      const { context, page, complaints, requests } = await open(name, width, scheme);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      // The sheet is allowed by the policy's hash, or the page would be black on white.
      const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(paper).toBe(scheme === 'light' ? 'rgb(253, 253, 251)' : 'rgb(20, 23, 27)');
      expect(await page.evaluate(weakTexts, 200)).toEqual([]);
      expect(await page.evaluate(cutLabels)).toEqual([]);
      const screenshot = await page.screenshot({ fullPage: true });
      writeFileSync(new URL(`${name}, ${width}, ${scheme}.png`, folder), screenshot);
      // Charts and text do not compress to what a blank page does (8 kB).
      expect(screenshot.byteLength).toBeGreaterThan(150_000);
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
      await context.close();
    });
  });
});

it('is dark on white on paper, whatever the screen is', async () => {
  const { context, page } = await open('200 trials', 1280, 'dark');
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const [ink, paper] = await page.evaluate(() => {
    const { color, backgroundColor } = getComputedStyle(document.body);
    return [color, backgroundColor];
  });
  expect(ink).toBe('rgb(27, 31, 36)');
  expect(paper).toBe('rgb(255, 255, 255)');
  expect(await page.evaluate(weakTexts, 200)).toEqual([]);
  await context.close();
});

it('can be read with the keyboard', async () => {
  const { context, page } = await open('200 trials', 1280, 'light');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).hash).toBe('#best');
  await page.locator('summary').first().focus();
  await page.keyboard.press('Enter');
  expect(await page.locator('details[open] table').count()).toBe(1);
  await context.close();
});

function withLongNames(study: StudyData): StudyData {
  const long = (name: string) => name + 'AndOnAndOn'.repeat(17);
  return {
    ...study,
    settings: {
      ...study.settings,
      name: long('study'),
      engine: long('engine'),
      objectives: [{ metric: long('loss'), direction: 'minimize' }],
    },
    trials: study.trials.map((trial) => ({
      ...trial,
      parameters: Object.fromEntries(
        Object.entries(trial.parameters).map(([name, value]): [string, ParameterValue] => [
          long(name),
          typeof value === 'string' ? long(value) : value,
        ]),
      ),
    })),
    spans: study.spans.map((span) => ({ ...span, label: long(span.label) })),
  };
}
