import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../src/export/model-file.ts';
import { isSecondAdapter } from '../gpu.ts';
import { shoal } from './run.ts';

describe('shoal on this adapter', () => {
  it('doctor finds it and tests its kernels', async () => {
    const { code, stdout } = await shoal(['doctor', '--json']);
    const document = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(document).toMatchObject({ command: 'doctor', failures: 0, advice: null });
    expect(document.kernels.length).toBeGreaterThan(20);
    const expected = process.env.VK_DRIVER_FILES?.includes('swiftshader')
      ? /swiftshader/i
      : /^(?!.*swiftshader)/i;
    expect(`${document.adapter.vendor} ${document.adapter.architecture}`).toMatch(expected);
    expect(document.adapters.map(({ name }: { name: string }) => name).join()).toMatch(expected);
  });

  it('train says which engine it took and why', async () => {
    const { code, stdout, stderr } = await shoal(['train', '--engine', 'webgpu']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/engine: WebGPU, .* \(.*\)/);
    expect(stdout).toMatch(/loss +│ 0\.36673\d │ 0\.366731/);
  });

  it('train takes another way to train when asked', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'shoal-lane-')), 'seed.safetensors');
    const { code, stdout } = await shoal(['train', '--mapping', 'lane', '--model', file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/loss +│ 0\.36673\d │ 0\.366731/);
    // Histories of whole trainings compute what they tell when they are asked.
    const { model } = readModel(readFileSync(file));
    expect(model.history.epochs).toBe(100);
    expect(model.history.metrics.val_loss?.[99]).toBeCloseTo(0.366731, 5);
  });

  it('plan says which kernel it would take, its memory and speed, and why', async () => {
    const { code, stdout } = await shoal(['plan', '--json', '--trials', '64', '--epochs', '2']);
    expect(code).toBe(0);
    const { ways } = JSON.parse(stdout);
    const chosen = ways.filter((way: { chosen: boolean }) => way.chosen);
    expect(chosen).toHaveLength(1);
    // On a software driver the CPU's threads, on a GPU one of its kernels.
    expect(chosen[0].mapping).not.toBe('layered');
    expect(chosen[0].expectedSeconds).toBeGreaterThan(0);
    expect(ways.map(({ mapping }: { mapping: string }) => mapping)).toEqual([
      'threads',
      'lane',
      'subgroup',
      'layered',
    ]);
    for (const { mapping, gflops } of ways) if (mapping !== 'layered') expect(gflops).toBeGreaterThan(0);
  });

  it('plan takes the kernel that is asked for', async () => {
    const { code, stdout } = await shoal(['plan', '--json', '--trials', '64', '--mapping', 'lane']);
    expect(code).toBe(0);
    const chosen = JSON.parse(stdout).ways.filter((way: { chosen: boolean }) => way.chosen);
    expect(chosen).toMatchObject([{ mapping: 'lane', trialsAtOnce: 64 }]);
  });

  it('plan refuses a network that is none', async () => {
    const { code, stderr } = await shoal(['plan', '--network', '10']);
    expect(code).toBe(2);
    expect(stderr).toContain('such as 10-16-1');
  });

  it('verify --trials cross-checks every way of training', async () => {
    const { code, stdout } = await shoal(['verify', '--trials', isSecondAdapter ? '2' : '6', '--json']);
    expect(code).toBe(0);
    const { results, failures } = JSON.parse(stdout);
    expect(failures).toBe(0);
    const names = results.map(({ name }: { name: string }) => name).join();
    for (const way of ['cpu', 'auto', 'subgroup', 'layered']) expect(names).toContain(`on ${way}`);
  });

  it('doctor ends on Ctrl-C', async () => {
    const { code, stdout } = await shoal(['doctor'], (text, kill) => {
      if (/testing every kernel/.test(text)) kill('SIGINT');
    });
    expect([code, stdout]).toEqual([130, '']);
  });

  it('exits with 3 when WebGPU is demanded and there is no adapter', async () => {
    const hidden = { VK_DRIVER_FILES: '/no/driver.json', VK_ICD_FILENAMES: '/no/driver.json' };
    const before = { ...process.env };
    Object.assign(process.env, hidden);
    try {
      const { code, stderr } = await shoal(['train', '--engine', 'webgpu']);
      // Only Vulkan drivers can be hidden this way.
      expect(code).toBe(process.platform === 'linux' ? 3 : 0);
      if (process.platform === 'linux') expect(stderr).toContain('error: WebGPU found no adapter');
    } finally {
      for (const name of Object.keys(hidden)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
  });
});
