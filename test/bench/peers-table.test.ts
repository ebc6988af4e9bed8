import { describe, expect, it } from 'vitest';
import { pinned } from '../../bench/peers/environment.ts';
import { flopPerTrial, jobRows, median } from '../../bench/peers/job.ts';
import type { PeerSpeed } from '../../bench/peers/peer-process.ts';
import { bestOfEach, peersTable, timesFaster } from '../../bench/peers-table.ts';
import { seedData } from '../../src/cli/seed-experiment.ts';

function speed(system: string, trialsPerSecond: number, network = '10-16-1', trials = 1): PeerSpeed {
  return {
    system,
    version: '1.0',
    network,
    trials,
    trialsPerSecond,
    gflops: 1,
    compileSeconds: 0,
    finalValLossMedian: 0.375,
  };
}

describe('table of the peers', () => {
  it('keeps the fastest measurement of each system and network', () => {
    const measured = [
      speed('A', 1),
      speed('B', 5),
      speed('A', 2, '10-16-1', 64),
      speed('A', 3, '10-64-32-1'),
    ];
    expect(bestOfEach(measured)).toEqual([measured[2], measured[1], measured[3]]);
  });

  it('says how many times as fast Shoal is on the same network', () => {
    const shoal = speed('Shoal, CPU', 100);
    const speeds = [shoal, speed('A', 4), speed('A', 2, '10-64-32-1')];
    expect(speeds.map((each) => timesFaster(each, speeds))).toEqual([undefined, 25, undefined]);
    expect(peersTable(speeds)).toMatch(/A 1\.0 .* 4\.00 .* 0\.375 .* 25\.0/);
  });
});

describe('job of the peers', () => {
  it('counts the products of training and validation', () => {
    const forward = 2 * (10 * 16 + 16);
    const step = 3 * forward - 2 * 10 * 16;
    expect(flopPerTrial('10-16-1')).toBe(100 * (800 * step + 200 * forward));
  });

  it('has the rows of the seed experiment', () => {
    expect(jobRows('10-16-1')).toEqual(seedData());
  });

  it('takes the middle value, or the mean of the two', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  });

  it('installs the pinned lines of the packages asked for, whatever the platform', () => {
    const text = '# remark\njax==1\nkeras==2; sys_platform != "darwin"\nkeras-other==3\n';
    expect(pinned(text, ['keras'])).toEqual(['keras==2; sys_platform != "darwin"']);
  });
});
