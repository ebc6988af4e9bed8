// Writes src/engine/webgpu/shaders.generated.ts from shaders/: the text of every kernel with its libraries put in,
// and its bindings and constants as types. `--check` writes nothing and fails when the committed file is stale.
//
// A kernel that uses a library declares stand-ins between `// begin lib/NAME.wgsl` and `// end`, so that the file is
// valid WGSL by itself; here the library takes their place. Stand-ins inside of a library are left out.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const root = new URL('..', import.meta.url);
const output = new URL('src/engine/webgpu/shaders.generated.ts', root);
const standIns = /^\/\/ begin (.*)\n[^]*?^\/\/ end\n/gm;

const read = (path) => readFileSync(new URL(`shaders/${path}`, root), 'utf8');
const withoutStandIns = (code) => code.replace(standIns, '');
const assemble = (code) =>
  code.replace(standIns, (_, library) => `// ${library}\n${withoutStandIns(read(library))}`);

function reflect(code) {
  const own = withoutStandIns(code);
  const bindings = [...code.matchAll(/@binding\((\d+)\) var<(\w+)(?:, (\w+))?> (\w+)/g)].map(
    ([, binding, space, access, name]) => ({ binding: Number(binding), name, access: access ?? space }),
  );
  const constants = [...own.matchAll(/^const (\w+)(?:: \w+)? =/gm)].map(([, name]) => name);
  return { bindings, constants };
}

function fields(struct) {
  return [...struct.matchAll(/^ {2}(\w+): u32/gm)].map(([, name]) => name);
}

function generate() {
  const kernels = {};
  for (const file of readdirSync(new URL('shaders/layered', root)).sort()) {
    const code = read(`layered/${file}`);
    kernels[file.replace('.wgsl', '')] = { ...reflect(code), code: assemble(code) };
  }
  const hyper = Object.fromEntries(
    [...read('lib/hyper.wgsl').matchAll(/^const (\w+): u32 = (\d+)u/gm)].map(([, name, at]) => [
      name,
      Number(at),
    ]),
  );
  return `// Generated from shaders/ by scripts/generate-shaders.mjs: do not edit.
export const shaders = ${JSON.stringify(kernels, null, 2)} as const;

/** Where the named values stand in a row of \`hyper\`. */
export const hyper = ${JSON.stringify(hyper, null, 2)} as const;

/** The members of the uniform \`Step\`, each a 32-bit word, in their order. */
export const stepFields = ${JSON.stringify(fields(read('lib/step.wgsl')))} as const;

export type KernelName = keyof typeof shaders;
type Binding<K extends KernelName> = (typeof shaders)[K]['bindings'][number]['name'];
/** The buffers of a kernel, without the step and the slots that all of them have. */
export type BindingName<K extends KernelName> = Exclude<Binding<K>, 'step' | 'slots'>;
/** The constants that a call sets, without the table of tensors. */
export type ConstantName<K extends KernelName> = Exclude<(typeof shaders)[K]['constants'][number], 'TENSOR_OFFSETS'>;
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
