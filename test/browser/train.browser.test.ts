import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wasmEngine } from '../../src/index.ts';
import { launchChromium } from './chromium.ts';
import { losses } from './losses.ts';

let server: Server;

beforeAll(async () => {
  const page = new URL('page.ts', import.meta.url).pathname;
  const output = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, rollupOptions: { input: page }, target: 'esnext' },
  });
  const bundles = Array.isArray(output) ? output : [output];
  const [chunk] = bundles.flatMap((bundle) => ('output' in bundle ? bundle.output : []));
  const script = chunk && 'code' in chunk ? chunk.code : '';
  server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  server.close();
});

it('trains in Chromium on WebGPU as on the CPU, and in WebAssembly with the bits of node', async () => {
  const browser = await launchChromium(
    '--enable-unsafe-webgpu',
    '--use-webgpu-adapter=swiftshader',
    '--disable-quic',
  );
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction('window.trainOnEach !== undefined');
    const { adapter, gpu, reference, wasm } = await page.evaluate(() => window.trainOnEach());
    expect(adapter).toMatch(/swiftshader/i);
    expect(gpu).toHaveLength(20);
    // Rounding errors of single precision over 80 steps.
    gpu.forEach((loss, epoch) => {
      expect(loss).toBeCloseTo(reference[epoch] as number, 5);
    });
    // WebAssembly rounds alike in every engine.
    expect(wasm).toEqual(await losses(wasmEngine()));
  } finally {
    await browser.close();
  }
});
