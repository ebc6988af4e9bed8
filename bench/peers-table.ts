import type { PeerSpeed } from './peers/peer-process.ts';
import { short, table } from './report.ts';

/** Of each system and network the fastest measurement, in the order of the first ones. */
export function bestOfEach(measured: readonly PeerSpeed[]): PeerSpeed[] {
  const best = new Map<string, PeerSpeed>();
  for (const speed of measured) {
    const key = `${speed.network} ${speed.system}`;
    if (speed.trialsPerSecond > (best.get(key)?.trialsPerSecond ?? 0)) best.set(key, speed);
  }
  return [...best.values()];
}

/** How many times as fast as this system the fastest of Shoal's engines is on the same network; nothing for Shoal. */
export function timesFaster(speed: PeerSpeed, speeds: readonly PeerSpeed[]): number | undefined {
  if (isShoal(speed)) return undefined;
  const own = speeds.filter((other) => isShoal(other) && other.network === speed.network);
  if (own.length === 0) return undefined;
  return Math.max(...own.map(({ trialsPerSecond }) => trialsPerSecond)) / speed.trialsPerSecond;
}

function isShoal({ system }: PeerSpeed): boolean {
  return system.startsWith('Shoal');
}

export function peersTable(speeds: readonly PeerSpeed[]): string {
  const head = [
    'network',
    'system',
    'at once',
    'trials/s',
    'GFLOP/s',
    'compile s',
    'val. loss',
    'Shoal is N times faster',
  ];
  const rows = speeds.map((speed) => {
    const ratio = timesFaster(speed, speeds);
    return [
      speed.network,
      `${speed.system} ${speed.version}`,
      `${speed.trials}`,
      short(speed.trialsPerSecond),
      short(speed.gflops),
      speed.compileSeconds.toFixed(1),
      speed.finalValLossMedian.toFixed(3),
      ratio === undefined ? '' : short(ratio),
    ];
  });
  return table(head, rows, 2);
}
