import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ShoalError } from '../../src/core/errors.ts';
import { progress } from '../report.ts';

const requirements = new URL('../../../bench/peers/requirements.txt', import.meta.url);
const windows = process.platform === 'win32';

/** Where the peers' Python packages go: outside of the tree, kept from run to run. */
export function environmentFolder(): string {
  return process.env.SHOAL_PEERS_VENV ?? join(cacheFolder(), 'shoal', 'peers-venv');
}

function cacheFolder(): string {
  if (process.env.XDG_CACHE_HOME) return process.env.XDG_CACHE_HOME;
  if (windows && process.env.LOCALAPPDATA) return process.env.LOCALAPPDATA;
  return join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache');
}

/**
 * The Python of an environment that has pip, which is made where it does not exist.
 * @throws ShoalError that says what to install where Python, its venv module or pip is missing
 */
export function openEnvironment(folder = environmentFolder()): string {
  const python = join(folder, windows ? 'Scripts/python.exe' : 'bin/python');
  if (!existsSync(python)) makeEnvironment(folder);
  if (attempt(python, ['-m', 'pip', '--version']) !== undefined) {
    throw new ShoalError(
      `the Python environment in ${folder} has no pip: delete that folder to have it made anew`,
    );
  }
  return python;
}

function makeEnvironment(folder: string): void {
  const python = windows ? 'python' : 'python3';
  const old = attempt(python, ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))']);
  if (old !== undefined) {
    throw new ShoalError(
      `the peers must have Python 3.11 or newer as ${python}, which was not found; install it, or run --only tfjs`,
    );
  }
  const existed = existsSync(folder);
  progress(`making a Python environment in ${folder}`);
  const problem = attempt(python, ['-m', 'venv', folder]);
  if (problem === undefined) return;
  if (!existed) rmSync(folder, { recursive: true, force: true });
  const hint = /ensurepip|No module named '?venv/.test(problem)
    ? 'its venv or ensurepip module is missing; on Debian and Ubuntu: apt install python3-venv'
    : problem;
  throw new ShoalError(`${python} could not make a virtual environment in ${folder}: ${hint}`);
}

/**
 * Installs packages at the versions of requirements.txt; quick where they are there already.
 * @throws ShoalError with pip's last words
 */
export function install(python: string, packages: readonly string[]): void {
  const lines = pinned(readFileSync(requirements, 'utf8'), packages);
  const problem = attempt(python, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    ...lines,
  ]);
  if (problem !== undefined) throw new ShoalError(`pip could not install ${packages.join(', ')}: ${problem}`);
}

/** The lines of a requirements file that are about these packages. */
export function pinned(text: string, packages: readonly string[]): string[] {
  return text.split('\n').filter((line) => packages.includes(line.split('==')[0] as string));
}

/** Runs a command to its end; `undefined` if it went well, else the end of what it said. */
function attempt(command: string, args: readonly string[]): string | undefined {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return undefined;
  return error?.message ?? `${stdout}${stderr}`.trim().split('\n').slice(-5).join('\n');
}
