import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const source = new URL('../src', import.meta.url).pathname;
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

/** Folders from left to right: each may import from itself and from folders before it. */
const layers = [
  'core',
  'data',
  'model',
  'engine',
  'train',
  'evaluate',
  'explain',
  'export',
  'import',
  'study',
  'verify',
  'report',
  'cli',
];
const layerOf = (file: string) => layers.indexOf(file.split('/')[0] as string);

function importsOf(file: string): string[] {
  const text = readFileSync(join(source, file), 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, path]) => path as string);
}

function localImports(file: string): string[] {
  return importsOf(file)
    .filter((path) => path.startsWith('.'))
    .map((path) => relative(source, join(source, dirname(file), path)));
}

function reachedFrom(entry: string): string[] {
  const reached = new Set<string>();
  const visit = (file: string) => {
    if (reached.has(file)) return;
    reached.add(file);
    localImports(file).forEach(visit);
  };
  visit(entry);
  return [...reached];
}

describe('architecture', () => {
  it('lets imports go only leftwards', () => {
    const wrong = files
      .filter((file) => layerOf(file) >= 0)
      .flatMap((file) =>
        localImports(file)
          .filter((target) => layerOf(target) > layerOf(file))
          .map((target) => `${file} imports ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  it.each(['index.ts', 'report/index.ts'])('keeps node out of what the browser runs: %s', (entry) => {
    const wrong = reachedFrom(entry).filter((file) =>
      importsOf(file).some((path) => path.startsWith('node:') || path === 'webgpu' || path === 'commander'),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps the library free of what only reports draw with', () => {
    const wrong = reachedFrom('index.ts').filter((file) =>
      importsOf(file).some((path) => path.startsWith('echarts')),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps GPU types where the device is', () => {
    const allowed = (file: string) => file.startsWith('engine/webgpu/') || file === 'node.ts';
    const wrong = files.filter((file) => !allowed(file) && /\bGPU[A-Z]?\w*\b/.test(codeOf(file)));
    expect(wrong).toEqual([]);
  });

  it('keeps the reference engine free of the GPU engine but for the kernels it mirrors', () => {
    const wrong = files
      .filter((file) => file.startsWith('engine/cpu/'))
      .flatMap((file) => localImports(file).filter((target) => target.startsWith('engine/webgpu/')))
      .filter((target) => target !== 'engine/webgpu/shaders.generated.ts');
    expect(wrong).toEqual([]);
  });
});

/** A file without comments and texts. */
function codeOf(file: string): string {
  return readFileSync(join(source, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    .replace(/'[^']*'|`[^`]*`/g, '');
}
