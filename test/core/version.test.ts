import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { version } from '../../src/core/version.ts';

it('is that of package.json', () => {
  const { version: packaged } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(version).toBe(packaged);
});
