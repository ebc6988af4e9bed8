// Writes src/export/javascript/runtime.generated.ts from src/export/javascript/runtime/: the text of every file of which
// exported JavaScript modules are made, and which others it needs. `--check` writes nothing and fails when the
// committed file is stale.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('../src/export/javascript/runtime/', import.meta.url);
const output = new URL('../src/export/javascript/runtime.generated.ts', import.meta.url);
const imports = /^import .* from '\.\/(\w+)\.js';\n+/gm;

function partOf(file) {
  const text = readFileSync(new URL(file, folder), 'utf8');
  return {
    needs: [...text.matchAll(imports)].map(([, name]) => name),
    code: text.replace(imports, '').replace(/^export /gm, ''),
  };
}

const files = readdirSync(folder).sort();
const parts = Object.fromEntries(files.map((file) => [file.replace('.js', ''), partOf(file)]));
const text = `// Generated from src/export/javascript/runtime/ by scripts/generate-javascript.mjs: do not edit.
export const runtime = ${JSON.stringify(parts, null, 2)} as const;

export type PartName = keyof typeof runtime;
`;
if (process.argv.includes('--check')) {
  if (readFileSync(output, 'utf8') !== text) {
    console.error('src/export/javascript/runtime.generated.ts is stale; run: npm run generate');
    process.exit(1);
  }
} else {
  writeFileSync(output, text);
}
