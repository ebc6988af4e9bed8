import { Command } from 'commander';
import type { Engine } from '../engine/engine.ts';
import type { GpuContext } from '../engine/webgpu/device.ts';
import { type ListedAdapter, listAdapters, openEngine } from '../node.ts';
import { type CheckResult, verifyEngine } from '../verify/verify.ts';
import { openAdapterOrCpu } from './any-engine.ts';
import { colors } from './colors.ts';
import { interruptSignal } from './interrupt.ts';
import { printJson } from './json.ts';
import { jsonOption } from './options.ts';
import { note } from './terminal.ts';
import { resultTable } from './verify.ts';

/** Limits that decide what fits and how kernels are cut. */
const shownLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupsPerDimension',
] as const;

const advice = {
  linux:
    'install a Vulkan driver for your GPU, or the software driver: on Debian 13 and Ubuntu 24.04 ' +
    '`apt-get install mesa-vulkan-drivers libvulkan1`; on Debian 12 take both from bookworm-backports',
  darwin: 'macOS 12 or newer with Metal is needed; a virtual machine without a GPU has none',
  win32: 'update the graphics driver; Direct3D 12 is needed',
};

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Tells what this machine can train on, and tests every kernel on it.')
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  $ shoal doctor\n  $ shoal doctor --json')
    .action(async ({ json }: { json?: boolean }) => {
      const interrupt = interruptSignal();
      if (!json) note('testing every kernel ...');
      try {
        const findings = await examine(interrupt.signal);
        if (json) printJson('doctor', findings);
        else process.stdout.write(`${describe(findings)}\n`);
        if (findings.failures > 0) process.exitCode = 4;
      } finally {
        interrupt.release();
      }
    });
}

interface Findings {
  readonly node: string;
  readonly platform: string;
  /** All that were found. */
  readonly adapters: readonly ListedAdapter[];
  /** The one that is taken. */
  readonly adapter: object | null;
  readonly limits: Readonly<Record<string, number>>;
  readonly features: readonly string[];
  /** The engine that `auto` takes. */
  readonly engine: string;
  readonly reason: string;
  readonly advice: string | null;
  readonly kernels: readonly CheckResult[];
  readonly failures: number;
}

async function examine(signal: AbortSignal): Promise<Findings> {
  const adapters = await listAdapters();
  const { engine, gpu } = await openAdapterOrCpu();
  const auto = await openEngine('auto');
  try {
    const results = await verifyEach([auto.engine, engine], signal);
    return {
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      adapters,
      adapter: gpu?.adapter ?? null,
      limits: gpu ? limitsOf(gpu) : {},
      features: gpu ? [...gpu.device.features].sort() : [],
      engine: auto.engine.description,
      reason: auto.reason,
      advice: gpu ? null : (advice[process.platform as keyof typeof advice] ?? advice.linux),
      kernels: results,
      failures: results.filter(({ ok }) => !ok).length,
    };
  } finally {
    engine.close();
    auto.engine.close();
  }
}

/** Checks the kernels of every engine that is not the same as one before. */
async function verifyEach(engines: readonly Engine[], signal: AbortSignal): Promise<CheckResult[]> {
  const different = engines.filter(
    ({ description }, i) => engines.findIndex((other) => other.description === description) === i,
  );
  const all: CheckResult[] = [];
  for (const engine of different) {
    const { results } = await verifyEngine(engine, { quick: true, signal });
    all.push(...results.map((result) => ({ ...result, name: `${result.name} on ${engine.kind}` })));
  }
  return all;
}

function limitsOf({ device }: GpuContext): Record<string, number> {
  return Object.fromEntries(shownLimits.map((name) => [name, device.limits[name]]));
}

function describe(findings: Findings): string {
  const { adapters, adapter, limits, features, engine, reason, advice: remedy, kernels } = findings;
  const lines = [
    `node ${findings.node} on ${findings.platform}`,
    '',
    colors.bold('adapters found'),
    ...(adapters.length > 0
      ? adapters.map(({ backend, name }) => `  ${name} (${backend})`)
      : ['  none found by Dawn']),
    ...(remedy ? [`  to get one: ${remedy}`] : []),
    ...(adapter
      ? [
          '',
          colors.bold('adapter taken'),
          ...Object.entries(adapter).map(([name, value]) => `  ${name}: ${value}`),
        ]
      : []),
    ...(features.length > 0 ? ['', colors.bold('features'), `  ${features.join(', ')}`] : []),
    ...(adapter
      ? ['', colors.bold('limits'), ...Object.entries(limits).map(([name, value]) => `  ${name}: ${value}`)]
      : []),
    '',
    colors.bold('engine'),
    `  auto takes: ${engine}`,
    `  because: ${reason}`,
    '',
    colors.bold('kernels against the double-precision reference'),
    resultTable(kernels),
  ];
  return lines.join('\n');
}
