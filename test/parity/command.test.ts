import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCase } from './cases.ts';

const root = new URL('../..', import.meta.url).pathname;

function parity(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const options = { cwd: root, shell: process.platform === 'win32' };
    execFile('npm', ['run', '--silent', 'parity', '--', ...args], options, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

const folder = () => mkdtempSync(join(tmpdir(), 'shoal-parity-'));
const golden = (name: string) => join(root, 'test/golden', name);

describe('npm run parity', () => {
  it('runs the cases of a folder, skips what is none, and exits with 0', async () => {
    const cases = folder();
    copyFileSync(golden('keras/seed-l2.json'), join(cases, 'a.json'));
    copyFileSync(golden('sklearn/k-fold.json'), join(cases, 'b.json'));
    writeFileSync(join(cases, 'notes.json'), '{"cases": [{"name": "of another kind"}]}');
    const { code, stdout, stderr } = await parity(cases, '--engine', 'cpu');
    expect(stdout).toMatch(/ok .*a\.json \[reference\] epochs 0, loss /);
    expect(stdout).toMatch(/ok .*a\.json \[cpu\] epochs 0, loss /);
    expect(stdout).toContain('3 of 3 comparisons within their tolerances');
    expect(stderr).toMatch(/^skipped .*notes\.json: no case/);
    expect(code).toBe(0);
  });

  it('goes on after a case that deviates or cannot be run, and exits with 4', async () => {
    const cases = folder();
    const run = readCase('keras', 'seed-l2.json');
    const write = (name: string, text: string) => writeFileSync(join(cases, name), text);
    write('a.json', JSON.stringify({ ...run, history: { ...run.history, val_loss: run.history.loss } }));
    write('b.json', JSON.stringify({ ...run, compile: { ...run.compile, optimizer: 'Lion' } }));
    write('c.json', '{');
    copyFileSync(golden('sklearn/k-fold.json'), join(cases, 'd.json'));
    const { code, stdout } = await parity(cases, '--engine', 'cpu');
    expect(stdout).toMatch(/FAILED .*a\.json[\s\S]*FAILED val_loss: .* > 0\.0001, at \d+: /);
    expect(stdout).toMatch(/FAILED .*b\.json \[reference\] optimizer must be one of .* got Lion/);
    expect(stdout).toMatch(/FAILED .*c\.json .* JSON/);
    expect(stdout).toMatch(/ok .*d\.json/);
    expect(stdout).toContain('1 of 5 comparisons within their tolerances');
    expect(code).toBe(4);
  });

  it('refuses a folder without cases', async () => {
    const { code, stdout, stderr } = await parity(folder(), '--engine', 'cpu');
    expect(stderr).toMatch(/^error: path must hold case files, got none in /);
    expect([code, stdout]).toEqual([2, '']);
  });
});
