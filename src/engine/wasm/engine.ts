import type { Engine } from '../engine.ts';
import { capacityWithin, cpuLimits } from '../layered/capacity.ts';
import { layeredOperations } from '../layered/operations.ts';
import type { Program } from '../layered/program.ts';
import { openWasmBackend } from './backend.ts';

export interface WasmEngineOptions {
  /**
   * Called after each submit, some tens of milliseconds after the one before; then nothing else gets its turn until the
   * work is done. Default: timers, signals and the display get their turn now and then.
   */
  readonly afterSubmit?: () => void;
}

/**
 * The CPU at its best: the kernels in WebAssembly, four numbers at a time, on one thread. It rounds as single precision
 * does, so that its numbers are the same on all machines.
 */
export function wasmEngine({ afterSubmit }: WasmEngineOptions = {}): Engine {
  const open = (program: Program) => openWasmBackend(program, afterSubmit);
  return {
    kind: 'cpu',
    description: 'CPU, WebAssembly, one thread',
    capacity: (job) => capacityWithin(job, cpuLimits),
    ...layeredOperations(open),
    close: () => undefined,
  };
}
