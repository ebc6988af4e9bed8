import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ShoalError } from '../../src/core/errors.ts';
import { dataFile, type Findings, type Improvement, type TuningJob, target } from './job.ts';
import { runJsonLines } from './json-lines.ts';
import { judgeStudy } from './judge-study.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const cli = join(root, 'dist/cli/main.js');
/** Beyond its time: the start, the study's end, and the training of the best configuration on all rows. */
const secondsToEnd = 300;

/** Compiles the command line that is measured. */
export function buildShoal(): void {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new ShoalError(`npm run build failed: ${stdout}${stderr}`);
}

/**
 * Lets `shoal tune` do the job with its defaults.
 *
 * @param folder for the study, and for the caches of kernels and measurements: what lies there already makes it a warm
 * start
 * @throws ShoalError when it fails or finds nothing in its time
 */
export async function runShoalTune(
  folder: string,
  name: string,
  job: TuningJob,
  signal: AbortSignal,
): Promise<Findings> {
  const { data, seed, seconds } = job;
  mkdirSync(folder, { recursive: true });
  const study = join(folder, `${name}.shoal`);
  const improvements: Improvement[] = [];
  let tried = 0;
  await runJsonLines(
    process.execPath,
    [
      ...[cli, 'tune', '--data', dataFile(data), '--target', target],
      ...['--time', `${seconds}s`, '--seed', `${seed}`, '--study', study, '--jsonl'],
    ],
    {
      env: cachesIn(folder),
      signal,
      mostSeconds: seconds + secondsToEnd,
      onLine: (line, at) => {
        if (at > seconds) return;
        if (line.event === 'trial') tried++;
        const { best } = line as unknown as { readonly best?: BestTrial };
        if (line.event === 'progress' && best) addChoice(improvements, best, at);
      },
    },
  );
  if (improvements.length === 0) throw new ShoalError('it had no complete trial when its time was over');
  return { tried, improvements, judgement: await judgeStudy(study, improvements, job) };
}

/** The best trial in a line of `shoal tune --jsonl`; numbers that are not finite are written as text. */
interface BestTrial {
  readonly trial: number;
  readonly objectives: { readonly log_loss: { readonly mean: number | string } };
  /** Only there when it was trained again on other folds. */
  readonly search?: object;
}

/** Adds the study's best where it is another one than before, or was trained again since. */
function addChoice(choices: Improvement[], { trial, objectives, search }: BestTrial, seconds: number): void {
  const [last, isOwn] = [choices.at(-1), search !== undefined];
  if (last?.trial === trial && last.isOwn === isOwn) return;
  choices.push({ seconds, trial, loss: Number(objectives.log_loss.mean), isOwn });
}

/** Mesa's cache of kernels and Shoal's of measurements, on Linux; elsewhere drivers keep theirs where they like. */
function cachesIn(folder: string): NodeJS.ProcessEnv {
  const { MESA_SHADER_CACHE_DISABLE: _off, ...env } = process.env;
  return { ...env, MESA_SHADER_CACHE_DIR: join(folder, 'mesa'), SHOAL_CACHE: join(folder, 'shoal') };
}
