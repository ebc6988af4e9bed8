import { wasmModule } from './module.generated.ts';

/** What wasm/index.ts exports. */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  /** The address of memory for so many bytes. */
  allocate(bytes: number): number;
  release(address: number): void;
  execute(passes: number, count: number, trials: number, trialCount: number, confusion: number): void;
}

let instance: Promise<Kernels> | undefined;

/** The kernels of this thread; all that it opens shares their memory. */
export function loadKernels(): Promise<Kernels> {
  instance ??= instantiate();
  return instance;
}

async function instantiate(): Promise<Kernels> {
  const bytes = Uint8Array.from(atob(wasmModule), (character) => character.charCodeAt(0));
  const abort = () => {
    throw new RangeError('out of memory');
  };
  const { instance } = await WebAssembly.instantiate(bytes, { env: { abort } });
  return instance.exports as unknown as Kernels;
}
