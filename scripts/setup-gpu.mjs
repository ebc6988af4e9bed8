// Brings what the GPU tests need: a WebGPU adapter, and SwiftShader as a second one with another subgroup size.
import { mkdirSync, writeFileSync } from 'node:fs';
import { findAdapter, findSwiftShader, swiftShaderEnvironment } from './gpu-setup/adapters.mjs';
import { addBackports, installCommands, mayInstall, readOsRelease, runAsRoot } from './gpu-setup/install.mjs';

const help = `Usage: node scripts/setup-gpu.mjs [--check] [--json]

Finds the WebGPU adapters for the tests and installs software ones where they are missing and it may:
a software Vulkan driver where Dawn finds no adapter, and on Linux SwiftShader (of Chromium) as a second adapter.

  --check   install nothing; exit with 1 if something is missing
  --json    print what was found as JSON

Environment:
  SHOAL_TEST_ADAPTERS=default   test on the first adapter only

Examples:
  node scripts/setup-gpu.mjs
  node scripts/setup-gpu.mjs --check --json`;

const cacheFolder = new URL('../node_modules/.cache/shoal/', import.meta.url);
const say = (text) => process.stderr.write(`${text}\n`);

function find() {
  const driver = findSwiftShader();
  return {
    adapter: findAdapter(),
    swiftShader: driver ? { driver, adapter: findAdapter(swiftShaderEnvironment(driver)) } : null,
  };
}

/** The parts that this platform should have and does not. */
function missingParts({ adapter, swiftShader }) {
  const wantsSecond = process.platform === 'linux' && process.env.SHOAL_TEST_ADAPTERS !== 'default';
  return [...(adapter ? [] : ['lavapipe']), ...(wantsSecond && !swiftShader?.adapter ? ['swiftshader'] : [])];
}

function install(missing) {
  const os = readOsRelease();
  const commands = process.platform === 'linux' ? installCommands(os, missing) : null;
  if (!commands || !mayInstall()) throw new Error(instructions(os, missing, commands));
  say(`Installing a software Vulkan driver for the tests (${missing.join(', ')}) ...`);
  if (os.VERSION_CODENAME === 'bookworm' && missing.includes('lavapipe')) addBackports();
  for (const command of commands) runAsRoot(command);
}

function instructions(os, missing, commands) {
  if (process.platform !== 'linux')
    return 'Dawn finds no WebGPU adapter: update the graphics driver (Metal or Direct3D 12 is needed).';
  const backports =
    os.VERSION_CODENAME === 'bookworm' ? '  (add bookworm-backports to the apt sources first)\n' : '';
  const lines = commands?.map((command) => `  ${command.join(' ')}`).join('\n');
  const what = missing.includes('lavapipe')
    ? 'No WebGPU adapter was found, and the GPU tests need one.'
    : 'SwiftShader, the second adapter of the tests, was not found (SHOAL_TEST_ADAPTERS=default tests without it).';
  return `${what} As root, type:\n${backports}${lines ?? "  install a Vulkan driver (Mesa 24 or newer) and its loader, and Chromium, by your system's package manager"}`;
}

function main() {
  if (process.argv.includes('--help')) return process.stdout.write(`${help}\n`);
  let found = find();
  let missing = missingParts(found);
  if (missing.length > 0 && !process.argv.includes('--check')) {
    install(missing);
    found = find();
    missing = missingParts(found);
  }
  report(found);
  if (missing.length > 0)
    throw new Error(
      `still missing: ${missing.join(', ')}; see what \`node scripts/setup-gpu.mjs --json\` finds`,
    );
}

function report(found) {
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(new URL('gpu-adapters.json', cacheFolder), JSON.stringify(found));
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  say(`WebGPU adapter: ${name(found.adapter)}`);
  if (process.platform !== 'linux')
    say('Second adapter: none on this platform (SwiftShader is used on Linux only)');
  else if (process.env.SHOAL_TEST_ADAPTERS === 'default')
    say('Second adapter: LEFT OUT, as SHOAL_TEST_ADAPTERS=default says');
  else say(`Second adapter: ${name(found.swiftShader?.adapter)}`);
}

function name(adapter) {
  if (!adapter) return 'none';
  return `${adapter.device || adapter.description || adapter.vendor}, subgroups of ${adapter.subgroupMinSize} lanes`;
}

try {
  main();
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
