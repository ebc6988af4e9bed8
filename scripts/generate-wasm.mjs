// Compiles wasm/, kernels in AssemblyScript, to src/engine/wasm/module.generated.ts, and writes what they are called
// with, wasm/calls.generated.ts, from what the same kernels in WGSL declare. `--check` writes nothing and fails when a
// committed file is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import binaryen from 'binaryen';
import { fields, kernelsIn, read as readShader, wordsOf } from './shaders/reflect.mjs';

const root = new URL('..', import.meta.url);
const read = (path) => readFileSync(new URL(path, root), 'utf8');

/** One class a kernel: its constants, its buffers as addresses, and the address of the table of its tensors. */
function callClass(kernel, { constants, shape, bindings }) {
  const code = read(`shaders/layered/${kernel}.wgsl`);
  const isFloat = (name) => new RegExp(`^const ${name}: f32`, 'm').test(code);
  const numbers = [...constants.filter((name) => name !== 'TENSOR_OFFSETS'), ...shape];
  const buffers = bindings
    .map(({ name }) => name)
    .filter((name) => !['step', 'slots', 'shape'].includes(name));
  const fields = [
    ...numbers.map((name) => `${name}: ${isFloat(name) ? 'f32' : 'u32'} = 0;`),
    ...buffers.map((name) => `${name}: usize = 0;`),
    'tensor_offsets: usize = 0;',
  ];
  const name = kernel.replace(/(?:^|_)(\w)/g, (_, letter) => letter.toUpperCase());
  return `@unmanaged\nexport class ${name}Call {\n${fields.map((field) => `  ${field}\n`).join('')}}\n`;
}

function callClasses(shaders, hyper, step) {
  const words = Object.entries(hyper).map(([name, at]) => `export const ${name}: u32 = ${at};\n`);
  const numbers = Object.keys(shaders).map(
    (kernel, i) => `export const ${kernel.toUpperCase()}: u32 = ${i};\n`,
  );
  return `// Generated from shaders/ by scripts/generate-wasm.mjs: do not edit.

// Where the named values stand in a row of \`hyper\`.
${words.join('')}
// The numbers by which calls name their kernels.
${numbers.join('')}
@unmanaged
export class Step {
${step.map((name) => `  ${name}: u32 = 0;\n`).join('')}}

${Object.entries(shaders)
  .map(([kernel, shader]) => callClass(kernel, shader))
  .join('\n')}`;
}

/** @returns the compiled module's bytes */
async function compile(files) {
  const options = [
    '--outFile',
    'module.wasm',
    '-O3',
    '--runtime',
    'minimal',
    '--enable',
    'simd',
    '--noAssert',
  ];
  let bytes;
  const { error, stderr } = await asc.main(['wasm/index.ts', ...options, '--baseDir', fileURLToPath(root)], {
    readFile: (name) => files[name] ?? tryRead(name),
    writeFile: (name, data) => {
      if (name.endsWith('.wasm')) bytes = data;
    },
  });
  if (error) throw new Error(`wasm/ does not compile: ${error.message}\n${stderr}`);
  return inlined(bytes);
}

/** Kernels are made of small functions on vectors, whose calls cost more than they do: more of them are put in place. */
function inlined(bytes) {
  const module = binaryen.readBinary(bytes);
  binaryen.setOptimizeLevel(3);
  binaryen.setShrinkLevel(0);
  binaryen.setFlexibleInlineMaxSize(250);
  module.optimize();
  const result = module.emitBinary();
  module.dispose();
  return result;
}

function tryRead(name) {
  try {
    return read(name);
  } catch {
    return null;
  }
}

function moduleText(bytes) {
  const lines = Buffer.from(bytes)
    .toString('base64')
    .match(/.{1,116}/g);
  return `// Generated from wasm/ by scripts/generate-wasm.mjs: do not edit.
/** The kernels as a WebAssembly module, in base64. */
export const wasmModule =
${lines.map((line) => `  '${line}'`).join(' +\n')};
`;
}

const calls = callClasses(kernelsIn('layered'), wordsOf('hyper'), fields(readShader('lib/step.wgsl')));
const outputs = {
  'wasm/calls.generated.ts': calls,
  'src/engine/wasm/module.generated.ts': moduleText(await compile({ 'wasm/calls.generated.ts': calls })),
};
for (const [path, text] of Object.entries(outputs)) {
  if (!process.argv.includes('--check')) writeFileSync(new URL(path, root), text);
  else if (tryRead(path) !== text) {
    console.error(`${path} is stale: run npm run generate`);
    process.exitCode = 1;
  }
}
