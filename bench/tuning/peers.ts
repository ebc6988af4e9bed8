import { fileURLToPath } from 'node:url';
import { ShoalError } from '../../src/core/errors.ts';
import { peerEnvironment } from '../peers/peer-process.ts';
import {
  checkRows,
  dataFile,
  type Findings,
  type Improvement,
  type Judgement,
  type TuningJob,
} from './job.ts';
import { runJsonLines } from './json-lines.ts';
import { bestSoFar } from './trace.ts';

export const peerNames = ['optuna', 'keras-tuner', 'halving'] as const;
export type PeerName = (typeof peerNames)[number];

interface TuningPeer {
  /** In tables and plots. */
  readonly title: string;
  readonly script: string;
  /** By their names in requirements.txt. */
  readonly packages: readonly string[];
}

const script = (name: string) => fileURLToPath(new URL(`../../../bench/peers/${name}`, import.meta.url));
const shared = ['scikit-learn', 'numpy', 'pandas'];

export const peers: Readonly<Record<PeerName, TuningPeer>> = {
  optuna: {
    title: 'Optuna',
    script: script('tuning_optuna.py'),
    packages: [...shared, 'optuna'],
  },
  'keras-tuner': {
    title: 'KerasTuner',
    script: script('tuning_keras.py'),
    packages: [...shared, 'keras', 'keras-tuner', 'tensorboard', 'tensorflow', 'tensorflow-cpu'],
  },
  halving: {
    title: 'HalvingRandomSearchCV',
    script: script('tuning_halving.py'),
    packages: shared,
  },
};

/** A trial that runs when the time is over may end first; then each improvement is trained five times. */
const secondsToJudge = 900;

/**
 * Lets a tuner in Python do the job.
 * @throws ShoalError when it fails or finds nothing in its time
 */
export async function runPeerTuner(
  python: string,
  name: PeerName,
  job: TuningJob,
  signal: AbortSignal,
): Promise<Findings> {
  const { data, seed, seconds } = job;
  const until = Date.now() / 1000 + seconds;
  const answer = new PeerAnswer();
  await runJsonLines(
    python,
    [peers[name].script, '--data', dataFile(data), '--seed', `${seed}`, '--until', `${until}`],
    {
      env: peerEnvironment(),
      signal,
      mostSeconds: seconds + secondsToJudge,
      onLine: (line, at) => answer.take(line, at),
    },
  );
  await checkRows(job, answer.check);
  return answer.findings();
}

/** Gathers what tuning.py says. */
class PeerAnswer {
  check: readonly number[] = [];
  private tried = 0;
  private readonly trials: Improvement[] = [];
  private readonly losses: number[] = [];
  private final: Omit<Judgement, 'losses'> | undefined;

  take(line: Readonly<Record<string, unknown>>, seconds: number): void {
    if (line.kind === 'rows') this.check = line.check as number[];
    if (line.kind === 'judged') this.losses.push(line.loss as number);
    if (line.kind === 'final') this.final = line as unknown as Omit<Judgement, 'losses'>;
    if (line.kind !== 'trial') return;
    this.tried += line.tried as number;
    this.trials.push({ seconds, loss: line.loss as number, trial: this.trials.length });
  }

  findings(): Findings {
    const { tried, trials, losses, final } = this;
    if (!final) throw new ShoalError('it had no configuration judged when its time was over');
    return { tried, improvements: bestSoFar(trials), judgement: { ...final, losses } };
  }
}
