// Writes src/engine/webgpu/shaders.generated.ts from shaders/: the text of every kernel with its libraries put in,
// and its bindings and constants as types. `--check` writes nothing and fails when the committed file is stale.
//
// A kernel that uses a library declares stand-ins between `// begin lib/NAME.wgsl` and `// end`, so that the file is
// valid WGSL by itself; here the library takes their place. Stand-ins inside of a library are left out. Where a
// kernel can use one library or another (`// begin lib/A.wgsl or lib/B.wgsl`), there is a text with each.
import { readFileSync, writeFileSync } from 'node:fs';
import { fields, kernelsIn, read, wordsOf } from './shaders/reflect.mjs';

const output = new URL('../src/engine/webgpu/shaders.generated.ts', import.meta.url);

function generate() {
  return `// Generated from shaders/ by scripts/generate-shaders.mjs: do not edit.
export const shaders = ${JSON.stringify(kernelsIn('layered'), null, 2)} as const;

/** Kernels that hold whole trainings. */
export const fusedShaders = ${JSON.stringify(kernelsIn('fused'), null, 2)} as const;

/** Where the named values stand in a row of \`hyper\`. */
export const hyper = ${JSON.stringify(wordsOf('hyper'), null, 2)} as const;

/** Where the named values stand in a row of \`settings\`. */
export const settingWords = ${JSON.stringify(wordsOf('settings'), null, 2)} as const;

/** The words of a row of \`progress\` where no trial has policies, and what the first of them tells. */
export const progressWords = ${JSON.stringify(wordsOf('progress'), null, 2)} as const;

/** Where a policy's settings stand behind the others, how many there are, and how many words \`progress\` gets more. */
export const policyWords = ${JSON.stringify(wordsOf('policies'), null, 2)} as const;

/** The members of the uniform \`Step\`, each a 32-bit word, in their order. */
export const stepFields = ${JSON.stringify(fields(read('lib/step.wgsl')))} as const;

export type KernelName = keyof typeof shaders;
export type FusedKernelName = keyof typeof fusedShaders;
type Binding<K extends KernelName> = (typeof shaders)[K]['bindings'][number]['name'];
/** The buffers of a kernel, without the step, the slots and the shape, which all calls are given. */
export type BindingName<K extends KernelName> = Exclude<Binding<K>, 'step' | 'slots' | 'shape'>;
/** The numbers that a call sets, compiled in or in the uniform \`shape\`; without the table of tensors. */
export type ConstantName<K extends KernelName> =
  | Exclude<(typeof shaders)[K]['constants'][number], 'TENSOR_OFFSETS'>
  | (typeof shaders)[K]['shape'][number];
`;
}

const text = generate();
if (process.argv.includes('--check')) {
  if (readFileSync(output, 'utf8') !== text) {
    console.error('src/engine/webgpu/shaders.generated.ts is stale; run: npm run generate');
    process.exit(1);
  }
} else {
  writeFileSync(output, text);
}
