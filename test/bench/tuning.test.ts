import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rowsCheck, tuningRows } from '../../bench/tuning/job.ts';
import { runJsonLines } from '../../bench/tuning/json-lines.ts';
import { tuningPlot } from '../../bench/tuning/plot.ts';
import type { SystemName, TuningRun } from '../../bench/tuning/run.ts';
import { comparisons, tuningTables } from '../../bench/tuning/tables.ts';
import {
  bestSoFar,
  leadOver,
  lossAt,
  spreadOverTime,
  type TracePoint,
  timeToReach,
} from '../../bench/tuning/trace.ts';

/** Points from pairs of seconds and loss. */
const trace = (...pairs: readonly (readonly [number, number])[]): TracePoint[] =>
  pairs.map(([seconds, loss]) => ({ seconds, loss }));

function run(system: SystemName, seed: number, points: TracePoint[], heldOutLoss = 0.1): TuningRun {
  const scores = { finalLoss: 0.2, heldOutLoss, heldOutAccuracy: 0.975, parameters: {} };
  return { data: 'digits', seed, system, tried: 7, ownTrace: points, trace: points, ...scores };
}

describe('best score over time', () => {
  const falling = trace([1, 0.9], [4, 0.5], [9, 0.2]);

  it('leaves out what is no better than before, and what is no number', () => {
    const points = trace([1, Number.NaN], [2, 0.9], [3, 0.9], [4, 0.5], [5, 0.7], [9, 0.2]);
    expect(bestSoFar(points)).toEqual(trace([2, 0.9], [4, 0.5], [9, 0.2]));
  });

  it('holds a score until the next better one', () => {
    expect([1, 3.9, 4, 100].map((seconds) => lossAt(falling, seconds))).toEqual([0.9, 0.9, 0.5, 0.2]);
    expect(lossAt(falling, 0.5)).toBeNaN();
  });

  it('reaches a score that is equal or better, or never', () => {
    expect([1, 0.9, 0.6, 0.2].map((loss) => timeToReach(falling, loss))).toEqual([1, 1, 4, 9]);
    expect(timeToReach(falling, 0.1)).toBe(Number.POSITIVE_INFINITY);
  });

  it("divides the other's time to its best score by the own time to the same", () => {
    const other = trace([5, 0.6], [40, 0.3], [80, 0.5]);
    expect(leadOver(trace([2, 0.4], [4, 0.25]), other)).toEqual({
      loss: 0.3,
      seconds: 40,
      reached: 4,
      times: 10,
    });
    expect(leadOver(trace([2, 0.4]), other)?.times).toBe(0);
    expect(leadOver([], other)?.times).toBe(0);
    expect(leadOver(trace([2, 0.4]), [])).toBeUndefined();
  });

  it('has median and range over the seeds from when on all have a score', () => {
    const spread = spreadOverTime([trace([1, 9], [4, 3]), trace([2, 8]), trace([3, 5])], 10);
    expect(spread).toEqual([
      { seconds: 3, least: 5, median: 8, most: 9 },
      { seconds: 4, least: 3, median: 5, most: 8 },
      { seconds: 10, least: 3, median: 5, most: 8 },
    ]);
    expect(spreadOverTime([], 10)).toEqual([]);
    expect(spreadOverTime([trace([1, 1]), []], 10)).toEqual([]);
  });
});

describe('comparison with other tuners', () => {
  const runs = [
    run('shoal-cold', 0, trace([2, 0.3]), 0.11),
    run('optuna', 0, trace([40, 0.3]), 0.12),
    run('shoal-cold', 1, trace([4, 0.2])),
    run('optuna', 1, trace([20, 0.1])),
    run('shoal-cold', 2, trace([1, 0.2])),
    run('optuna', 2, trace([12, 0.25])),
    run('halving', 2, []),
    run('shoal-cold', 3, []),
    run('optuna', 3, trace([5, 0.4])),
  ];

  it('pairs runs of the same seed', () => {
    const times = comparisons(runs).map(({ seed, lead }) => [seed, lead.times]);
    expect(times).toEqual([
      [0, 20],
      [1, 0],
      [2, 12],
      [3, 0],
    ]);
  });

  it('shows medians, and what was never reached', () => {
    const [, scores, , leads, , medians] = tuningTables({ runs, seconds: 60, seeds: 3, notes: [] });
    expect(scores).toMatch(
      /digits .* 0 .* Shoal .* 7 .* 2\.00 .* 0\.3000 .* 0\.2000 .* 0\.3000 .* 0\.1100 .* 97\.5/,
    );
    expect(leads).toMatch(/1 .* cold .* Optuna .* 0\.1000 .* 20\.0 .* never .* 0\.00 /);
    expect(medians).toMatch(/cold .* Optuna .* 6\.00 .* 0\.1000 .* 0\.1000/);
  });

  it('draws a panel a data set and a line a system with scores', () => {
    const svg = tuningPlot({ runs, seconds: 60, seeds: 3, notes: [] }, 'adapter: <none>');
    expect(svg.match(/class="line [a-z-]+"/g)).toEqual(['class="line shoal-cold"', 'class="line optuna"']);
    expect(svg).toContain('adapter: &lt;none&gt;');
    expect(svg).not.toContain('NaN');
  });
});

describe('rows of the tuners', () => {
  // What bench/peers/tuning.py prints with scikit-learn 1.9.1: `tuning_optuna.py --data FILE --seed 0 --until 0`.
  it.each([
    ['breast-cancer', [455, 114, 63847, 20352]],
    ['digits', [1437, 360, 4752437, 199416]],
  ] as const)('are those of scikit-learn: %s', async (data, check) => {
    expect(rowsCheck(await tuningRows(`test/data-sets/${data}.csv`), 0)).toEqual(check);
  });
});

describe('a process that prints lines of JSON', () => {
  const options = { env: process.env, mostSeconds: 20, onLine: () => undefined };
  const node = (script: string) => ['-e', script] as const;

  it('tells of each line, and passes over others', async () => {
    const lines: unknown[] = [];
    const script = `console.log('hello'); console.log('{"kind":"trial"}')`;
    const { signal } = new AbortController();
    const onLine = (line: object) => lines.push(line);
    await runJsonLines(process.execPath, node(script), { ...options, signal, onLine });
    expect(lines).toEqual([{ kind: 'trial' }]);
  });

  it('is reported when it fails', async () => {
    const { signal } = new AbortController();
    const failing = runJsonLines(process.execPath, node(`console.error('no luck'); process.exit(3)`), {
      ...options,
      signal,
    });
    await expect(failing).rejects.toThrow('exit code 3. no luck');
  });

  it('ends with all that it started when it is cancelled', async () => {
    const controller = new AbortController();
    let pid = 0;
    const script = `const { pid } = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
      console.log(JSON.stringify({ pid })); setInterval(() => 0, 1000)`;
    const running = runJsonLines(process.execPath, node(script), {
      ...options,
      signal: controller.signal,
      onLine: (line) => {
        pid = line.pid as number;
        controller.abort();
      },
    });
    await expect(running).rejects.toThrow('cancelled');
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
  });
});

/** A process that has ended may still be listed, until its parent has asked for it. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch {
    return false;
  }
}

function isZombie(pid: number): boolean {
  return process.platform === 'linux' && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}
