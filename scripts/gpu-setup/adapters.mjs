// Finds the WebGPU adapters on which the tests run.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const probe = fileURLToPath(new URL('probe.mjs', import.meta.url));

/** The adapter that Dawn finds in this environment, or null. */
export function findAdapter(environment = {}) {
  const { status, stdout } = spawnSync(process.execPath, [probe], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0) return null;
  return JSON.parse(stdout);
}

/** Where Chrome, Chromium and Edge keep SwiftShader's Vulkan driver on Linux. */
const swiftShaderPlaces = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/usr/lib64/chromium-browser',
  '/opt/google/chrome',
  '/opt/microsoft/msedge',
];

/** The file that tells the Vulkan loader of SwiftShader, or undefined. */
export function findSwiftShader() {
  return swiftShaderPlaces
    .map((folder) => `${folder}/vk_swiftshader_icd.json`)
    .find((file) => existsSync(file));
}

/** The environment in which Dawn uses SwiftShader. */
export const swiftShaderEnvironment = (file) => ({ VK_DRIVER_FILES: file, VK_ICD_FILENAMES: file });
