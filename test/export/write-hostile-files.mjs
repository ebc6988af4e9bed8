// Writes the hostile and the odd files into a folder, for other readers: node test/export/write-hostile-files.mjs FOLDER
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createJiti } from 'jiti';

const [, , folder = 'hostile-files'] = process.argv;
const { hostileFiles, oddFiles } = await createJiti(import.meta.url).import('./hostile-files.ts');
const files = [...hostileFiles, ...oddFiles];
mkdirSync(folder, { recursive: true });
const index = Object.fromEntries(files.map(({ name }, place) => [name, `${place}.safetensors`]));
for (const { name, bytes } of files) writeFileSync(join(folder, index[name]), bytes);
writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
