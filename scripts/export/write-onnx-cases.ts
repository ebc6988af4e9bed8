// Writes models as ONNX files, each with inputs and the outputs that Shoal has for them, for check-onnx.py:
//   npm run --silent build:tools && node .build/scripts/export/write-onnx-cases.js FOLDER
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toOnnx } from '../../src/export/onnx/to-onnx.ts';
import { activations, networkCases, tableCases } from './onnx-cases.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('name a folder to write to');
mkdirSync(folder, { recursive: true });
const cases = [...(await Promise.all(activations.map(networkCases))).flat(), ...(await tableCases())];
for (const { name, saved, inputs, outputs } of cases) {
  writeFileSync(join(folder, `${name}.onnx`), toOnnx(saved));
  // NaN becomes null.
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ inputs, outputs }));
}
console.log(`${cases.length} models in ${folder}`);
