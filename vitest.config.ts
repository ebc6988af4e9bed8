import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const cache = new URL('node_modules/.cache/shoal/gpu-adapters.json', import.meta.url);
if (!existsSync(cache))
  throw new Error('the adapters are not known yet: run node scripts/setup-gpu.mjs (npm test does)');
const { swiftShader } = JSON.parse(readFileSync(cache, 'utf8'));
const withSecond = swiftShader?.adapter && process.env.SHOAL_TEST_ADAPTERS !== 'default';

const gpuTests = ['test/**/*.gpu.test.ts'];
const browserTests = ['test/**/*.browser.test.ts'];
// One adapter is enough for these: planted bugs show that verification notices them, kills that a study survives them, and
// the tiling for GPUs asks nothing of an adapter that differs between the two. SwiftShader, which compiles and computes
// slowly, would need as long for them as for half of all others.
const onOneAdapter = [
  'test/verify/planted-*.gpu.test.ts',
  'test/verify/tiling.gpu.test.ts',
  'test/study/killed.gpu.test.ts',
];
// Measurements of adapters stay out of the user's cache folder.
const env = { SHOAL_CACHE: fileURLToPath(new URL('node_modules/.cache/shoal', import.meta.url)) };
// The longest test takes a minute on a software adapter, and several where other programs use the processor.
const shared = { pool: 'forks' as const, testTimeout: 300_000, hookTimeout: 120_000, env };

// Tests of the GPU are named *.gpu.test.ts and run once on each adapter; all others run once. Forks, since Dawn has
// crashed in worker threads, and since each process must see its own Vulkan driver.
export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['default', './test/setup/count-reporter.ts'],
    projects: [
      {
        test: {
          ...shared,
          name: 'cpu',
          include: ['test/**/*.test.ts'],
          exclude: [...gpuTests, ...browserTests],
        },
      },
      { test: { ...shared, name: 'adapter', include: gpuTests } },
      // Chromium, which SwiftShader comes with, runs the library as a page does.
      ...(withSecond
        ? [
            { test: { ...shared, name: 'browser', include: browserTests } },
            {
              test: {
                ...shared,
                name: 'swiftshader',
                include: gpuTests,
                exclude: onOneAdapter,
                env: {
                  ...env,
                  VK_DRIVER_FILES: swiftShader.driver,
                  VK_ICD_FILENAMES: swiftShader.driver,
                  SHOAL_TEST_SECOND_ADAPTER: 'yes',
                },
              },
            },
          ]
        : []),
    ],
  },
});
