import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { DeviceError } from '../../src/core/errors.ts';
import type { Contestant } from '../contestant.ts';
import type { Workload } from '../workloads.ts';
import type { Reply, Request } from './messages.ts';

/** TensorFlow.js on a workload, in a process of its own; `adapter` is the one that it found there. */
export interface TensorFlowJs extends Contestant {
  readonly adapter: string;
}

/** @throws DeviceError when TensorFlow.js finds no adapter or its process ends */
export async function tensorflowJs(workload: Workload): Promise<TensorFlowJs> {
  // Its greetings on stdout would mix with a report that is written there.
  const child = fork(new URL('./tfjs.js', import.meta.url), {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code, signal]): [Reply] => {
    return [
      { kind: 'failed', message: `the TensorFlow.js process ended (${signal ?? `exit code ${code}`})` },
    ];
  });
  const ask = <K extends Reply['kind']>(request: Request, expected: K) =>
    answer(child, ended, request, expected);
  const ready = await ask({ kind: 'prepare', workload }, 'ready');
  return {
    name: `TensorFlow.js ${ready.version}, WebGPU`,
    adapter: ready.adapter,
    firstEpochMs: ready.firstEpochMs,
    measure: async (milliseconds) =>
      (await ask({ kind: 'measure', milliseconds }, 'measured')).stepsPerSecond,
    close: () => child.disconnect(),
  };
}

async function answer<K extends Reply['kind']>(
  child: ChildProcess,
  ended: Promise<[Reply]>,
  request: Request,
  expected: K,
): Promise<Extract<Reply, { kind: K }>> {
  child.send(request);
  const [reply] = (await Promise.race([once(child, 'message'), ended])) as [Reply];
  if (reply.kind === expected) return reply as Extract<Reply, { kind: K }>;
  child.kill();
  throw new DeviceError(reply.kind === 'failed' ? reply.message : `unexpected answer ${reply.kind}`);
}
