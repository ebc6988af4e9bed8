import type { Engine } from '../engine.ts';
import type { Backend, Pass } from '../layered/backend.ts';
import { capacityWithin, cpuLimits } from '../layered/capacity.ts';
import { layeredOperations } from '../layered/operations.ts';
import type { Call, Program } from '../layered/program.ts';
import { type Floats, type Precision, single } from '../precision.ts';
import type { CpuKernel, KernelInput, Step } from './kernel.ts';
import { cpuKernels } from './kernels/index.ts';
import { Turns } from './turns.ts';

/**
 * The reference: every kernel in plain TypeScript, called in the same order and on the same buffers as on the GPU.
 *
 * @param precision `single` (default) computes like the GPU, `double` is the oracle
 */
export function cpuEngine({ precision = single }: { precision?: Precision } = {}): Engine {
  const open = async (program: Program) => new CpuBackend(program, precision);
  return {
    kind: 'cpu',
    description: `CPU, ${precision.name} precision, one thread`,
    capacity: (job) => capacityWithin(job, cpuLimits),
    ...layeredOperations(open),
    close: () => undefined,
  };
}

/** Keeps a program's buffers as typed arrays and executes its calls one after the other. */
export class CpuBackend implements Backend {
  readonly buffers: Readonly<Record<string, Floats>>;
  private readonly precision: Precision;
  /** The buffers of each call by the names of its bindings. */
  private readonly bound = new Map<Call, Readonly<Record<string, Floats>>>();
  private readonly turns = new Turns();

  constructor(program: Program, precision: Precision) {
    this.precision = precision;
    this.buffers = Object.fromEntries(
      Object.entries(program.buffers).map(([name, length]) => [name, precision.allocate(length)]),
    );
  }

  private buffer(name: string): Floats {
    return this.buffers[name] as Floats;
  }

  write(name: string, offset: number, values: Float32Array): void {
    this.buffer(name).set(values, offset);
  }

  read(name: string, offset: number, length: number): Promise<Floats> {
    return Promise.resolve(this.buffer(name).slice(offset, offset + length));
  }

  copy(from: string, to: string, offset: number, length: number): void {
    this.buffer(to).set(this.buffer(from).subarray(offset, offset + length), offset);
  }

  async submit(passes: readonly Pass[], trials: readonly number[]): Promise<void> {
    for (const { calls, step } of passes) {
      for (const call of calls) this.execute(call, step, trials);
    }
    await this.turns.give();
  }

  /** Calls one kernel on this backend's buffers. */
  execute(call: Call, step: Step, trials: readonly number[]): void {
    const buffers = this.bound.get(call) ?? this.bind(call);
    const { constants, tensorOffsets } = call;
    const input = { buffers, constants, tensorOffsets, step, trials, precision: this.precision };
    // The call's kernel and its constants and buffers belong together by type; the compiler cannot follow the pair.
    const kernel = cpuKernels[call.kernel] as CpuKernel<Call['kernel']>;
    kernel(input as unknown as KernelInput<Call['kernel']>);
  }

  private bind(call: Call): Readonly<Record<string, Floats>> {
    const buffers = Object.fromEntries(
      Object.entries(call.buffers).map(([binding, name]) => [binding, this.buffer(name)]),
    );
    this.bound.set(call, buffers);
    return buffers;
  }

  close(): void {}
}
