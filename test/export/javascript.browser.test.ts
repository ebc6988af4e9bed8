import { expect, it } from 'vitest';
import { preprocessingFor, randomModel } from '../../scripts/export/models.ts';
import { toJavaScript } from '../../src/export/javascript/to-javascript.ts';
import { mlp, predictTable, tableFromColumns } from '../../src/index.ts';
import { launchChromium } from '../browser/chromium.ts';

it('predicts in Chromium as Shoal, from within a page', async () => {
  const sizes = [1, 2.5, 3, 4];
  const table = tableFromColumns({ size: sizes });
  const target = { name: 'y', task: 'binary', labels: ['</script><b>', '*/'] } as const;
  const network = mlp({ inputs: 1, hidden: [9], outputs: 1, activation: 'gelu' });
  const saved = randomModel(network, 'binary_crossentropy', 1, preprocessingFor(table, 'error', target));
  const { outputs } = await predictTable(saved.model, table);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const use = `document.title = JSON.stringify(${JSON.stringify(sizes)}.map((size) => predict({ size })));`;
    await page.setContent(`<!doctype html><script type="module">${toJavaScript(saved)}${use}</script>`);
    await page.waitForFunction('document.title !== ""');
    const predictions: { probabilities: Record<string, number> }[] = JSON.parse(await page.title());
    expect(predictions.map(({ probabilities }) => [probabilities['*/']])).toEqual(outputs);
  } finally {
    await browser.close();
  }
});
