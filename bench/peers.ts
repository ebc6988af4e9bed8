import { ShoalError } from '../src/core/errors.ts';
import { install, openEnvironment } from './peers/environment.ts';
import { otherNetworks, seedNetwork } from './peers/job.ts';
import { type PeerSpeed, runPeer } from './peers/peer-process.ts';
import { type Peer, packagesOf, peers, type SystemName } from './peers/systems.ts';
import { bestOfEach } from './peers-table.ts';
import { progress, short } from './report.ts';

/** Shoal on the peers' job: trains so many trials at once, again and again, for at least some seconds. */
export type ShoalSeed = (
  network: string,
  trials: number,
  seconds: number,
) => Promise<{
  readonly trialsPerSecond: number;
  readonly gflops: number;
  readonly compileSeconds: number;
  readonly finalValLossMedian: number;
  readonly description: string;
}>;

export interface PeersOptions {
  readonly quick: boolean;
  readonly only: readonly SystemName[];
  /** Networks by their widths. */
  readonly network: readonly string[];
  /** On each of its engines. */
  readonly shoal: readonly { readonly name: string; readonly measure: ShoalSeed }[];
  /** How many trials Shoal trains at once, by network. */
  readonly shoalTrials: Readonly<Record<string, number>>;
  readonly shoalVersion: string;
}

export interface PeersResult {
  /** Of each system and network the best of all rounds; Shoal's come first. */
  readonly speeds: readonly PeerSpeed[];
  /** What was left out and why. */
  readonly notes: readonly string[];
}

interface Turn {
  readonly name: string;
  readonly measure: () => Promise<PeerSpeed>;
}

/**
 * Lets Shoal and the systems do the same job, one after the other in rounds, so that a noisy moment hits all of them,
 * and takes each one's best. A turn that fails is left out with a note.
 */
export async function benchPeers(options: PeersOptions): Promise<PeersResult> {
  const notes: string[] = [];
  const available = prepareSystems(options.only, notes);
  const seconds = options.quick ? 3 : 10;
  const turns = [seedNetwork, ...otherNetworks]
    .filter((name) => options.network.includes(name))
    .flatMap((network) => [
      ...shoalTurns(network, seconds, options),
      ...peers.flatMap((peer) => peerTurns(peer, network, seconds, available)),
    ]);
  const measured: PeerSpeed[] = [];
  for (let round = 1; round <= 2; round++) {
    for (const turn of turns) {
      try {
        const speed = await turn.measure();
        measured.push(speed);
        progress(
          `round ${round}: ${speed.system}, ${speed.network}, ${speed.trials} at once: ${short(speed.trialsPerSecond)} trials/s`,
        );
      } catch (error) {
        if (!(error instanceof ShoalError)) throw error;
        leaveOut(`${turn.name}, round ${round}`, error, notes);
      }
    }
  }
  return { speeds: bestOfEach(measured), notes };
}

/** Installs what the systems need; returns the command that runs each one's scripts. */
function prepareSystems(only: readonly SystemName[], notes: string[]): ReadonlyMap<SystemName, string> {
  const commands = new Map<SystemName, string>();
  const inPython = only.filter((system) => packagesOf[system].length > 0);
  const python = inPython.length > 0 ? openEnvironment() : '';
  for (const system of only) {
    try {
      if (inPython.includes(system)) {
        progress(
          `${system}: installing what is not there yet${system === 'torch' ? ' (3 GB on Linux)' : ''}`,
        );
        install(python, packagesOf[system]);
      }
      commands.set(system, inPython.includes(system) ? python : process.execPath);
    } catch (error) {
      if (!(error instanceof ShoalError)) throw error;
      leaveOut(system, error, notes);
    }
  }
  return commands;
}

function shoalTurns(network: string, seconds: number, options: PeersOptions): Turn[] {
  const trials = options.shoalTrials[network] ?? 1;
  return options.shoal.map(({ name, measure }) => ({
    name: `${name}, ${network}`,
    measure: async () => {
      const { description, ...speed } = await measure(network, trials, seconds);
      return { system: description, version: options.shoalVersion, network, trials, ...speed };
    },
  }));
}

function peerTurns(
  { system, script, args, networks, ensembles }: Peer,
  network: string,
  seconds: number,
  commands: ReadonlyMap<SystemName, string>,
): Turn[] {
  const command = commands.get(system);
  if (command === undefined || !networks.includes(network)) return [];
  return ensembles.map((trials) => ({
    name: [system, ...args.filter((arg) => !arg.startsWith('-')), network].join(' '),
    measure: () =>
      runPeer(command, [
        script,
        ...['--network', network, '--trials', `${trials}`, '--seconds', `${seconds}`],
        ...args,
      ]),
  }));
}

function leaveOut(name: string, error: ShoalError, notes: string[]): void {
  notes.push(`${name} is left out: ${error.message}`);
  progress(`${name}: ${error.message}`);
}
