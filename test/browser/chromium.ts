import { type Browser, chromium } from 'playwright-core';

/** A headless Chromium that asks nothing of the network of its own; `SHOAL_TEST_CHROMIUM` says where it is. */
export function launchChromium(...more: readonly string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.SHOAL_TEST_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  });
}
