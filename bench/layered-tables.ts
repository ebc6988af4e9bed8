import type { LayeredResult, Speed } from './layered.ts';
import { short, table } from './report.ts';

/** How often this project wants Shoal to be faster than TensorFlow.js, one trial: by network and batch. */
const goals: Readonly<Record<string, number>> = { '10-16-1/32': 10, '784-512-512-10/256': 3 };

/** Shoal with growing numbers of trials; `peak` in GFLOP/s is 0 where none was measured. */
export function speedTable({ speeds }: LayeredResult, peak: number): string {
  const head = [
    'network',
    'batch',
    'trials',
    'steps/s each',
    'steps/s all',
    'GFLOP/s',
    '% of peak',
    'cold ms',
  ];
  const rows = speeds.map((speed) => [
    speed.network,
    `${speed.batchSize}`,
    `${speed.trials}`,
    short(speed.stepsPerSecondPerTrial),
    short(speed.stepsPerSecond),
    short(speed.gflops),
    peak > 0 ? short((100 * speed.gflops) / peak) : '-',
    speed.coldMs.toFixed(0),
  ]);
  return table(head, rows, 1);
}

/** One trial, every system: how many times as fast Shoal is. */
export function contestTable({ contests }: LayeredResult): string {
  const head = ['network', 'system', 'batch', 'steps/s', 'GFLOP/s', 'cold ms', 'Shoal is', 'goal'];
  const rows = contests.flatMap((contest) => contest.map((speed) => contestRow(speed, contest[0] as Speed)));
  return table(head, rows, 2);
}

function contestRow(speed: Speed, shoal: Speed): string[] {
  const isPeer = speed.system.startsWith('TensorFlow');
  const goal = isPeer ? goals[`${speed.network}/${speed.batchSize}`] : undefined;
  return [
    speed.network,
    speed.system,
    `${speed.batchSize}`,
    short(speed.stepsPerSecond),
    short(speed.gflops),
    speed.coldMs.toFixed(0),
    speed === shoal ? '' : `${short(shoal.stepsPerSecond / speed.stepsPerSecond)} x`,
    goal === undefined ? '' : `>= ${goal} x`,
  ];
}
