import { DeviceError } from '../../core/errors.ts';
import { wordsOfStep } from '../cpu/kernel.ts';
import { Turns } from '../cpu/turns.ts';
import type { Backend, Pass } from '../layered/backend.ts';
import type { Call, Program } from '../layered/program.ts';
import { shaders, stepFields } from '../webgpu/shaders.generated.ts';
import { type Kernels, loadKernels } from './module.ts';

const kernelNumbers = Object.keys(shaders);
/** Words of a pass before its step: the address of its calls, and their number. */
const passHead = 2;
const wordsPerPass = passHead + stepFields.length;
/** Constants that are no whole numbers. */
const fractions: readonly string[] = ['ACTIVATION_PARAMETER'];

/** Calls that are executed together, as they lie in the kernels' memory. */
interface CallList {
  readonly address: number;
  readonly count: number;
}

/**
 * Opens a program on the CPU, four numbers at a time.
 *
 * @param afterSubmit called after each submit, in place of a turn for timers and signals
 */
export async function openWasmBackend(program: Program, afterSubmit?: () => void): Promise<Backend> {
  return new WasmBackend(await loadKernels(), program, afterSubmit);
}

/** Keeps a program's buffers and calls in the kernels' memory. */
class WasmBackend implements Backend {
  readonly countsConfusion = true;
  private readonly kernels: Kernels;
  private readonly addresses = new Map<string, number>();
  private readonly lists = new Map<readonly Call[], CallList>();
  /** Memory that passes, and the numbers of trials, are written to. */
  private scratch = { address: 0, words: 0 };
  private floats: Float32Array;
  private words: Uint32Array;
  private readonly afterSubmit: (() => void) | undefined;
  private readonly turns = new Turns();

  constructor(kernels: Kernels, program: Program, afterSubmit: (() => void) | undefined) {
    this.kernels = kernels;
    this.afterSubmit = afterSubmit;
    this.floats = new Float32Array(kernels.memory.buffer);
    this.words = new Uint32Array(kernels.memory.buffer);
    const { metrics } = program.buffers;
    const buffers = { ...program.buffers, ...(metrics && { confusion: metrics }) };
    checkSize(Object.values(buffers).reduce((sum, length) => sum + 4 * length, 0));
    for (const [name, length] of Object.entries(buffers)) {
      const address = this.allocate(length);
      this.floats.fill(0, address / 4, address / 4 + length);
      this.addresses.set(name, address);
    }
  }

  private allocate(words: number): number {
    try {
      return this.kernels.allocate(4 * words);
    } catch {
      this.close();
      throw noRoom(4 * words);
    } finally {
      this.follow();
    }
  }

  /** When the memory has grown, views of it are empty. */
  private follow(): void {
    const { buffer } = this.kernels.memory;
    if (this.floats.buffer === buffer) return;
    this.floats = new Float32Array(buffer);
    this.words = new Uint32Array(buffer);
  }

  /** Where a buffer begins among all numbers, of which there is a fresh view after this. */
  private at(name: string): number {
    this.follow();
    return (this.addresses.get(name) as number) / 4;
  }

  write(name: string, offset: number, values: Float32Array): void {
    const first = this.at(name) + offset;
    this.floats.set(values, first);
  }

  async read(name: string, offset: number, length: number): Promise<Float32Array> {
    const first = this.at(name) + offset;
    return this.floats.slice(first, first + length);
  }

  copy(from: string, to: string, offset: number, length: number): void {
    const [source, target] = [this.at(from) + offset, this.at(to) + offset];
    this.floats.copyWithin(target, source, source + length);
  }

  async submit(passes: readonly Pass[], trials: readonly number[]): Promise<void> {
    const lists = passes.map(({ calls }) => this.lists.get(calls) ?? this.writeCalls(calls));
    const words = passes.length * wordsPerPass;
    this.reserve(words + trials.length);
    const first = this.scratch.address / 4;
    passes.forEach(({ step }, p) => {
      const { address, count } = lists[p] as CallList;
      this.words.set([address, count, ...wordsOfStep(step)], first + p * wordsPerPass);
    });
    this.words.set(trials, first + words);
    const confusion = this.addresses.get('confusion') ?? 0;
    this.kernels.execute(4 * first, passes.length, 4 * (first + words), trials.length, confusion);
    if (this.afterSubmit) this.afterSubmit();
    else await this.turns.give();
  }

  private reserve(words: number): void {
    this.follow();
    if (words <= this.scratch.words) return;
    if (this.scratch.address) this.kernels.release(this.scratch.address);
    this.scratch = { address: 0, words: 0 };
    this.scratch = { address: this.allocate(2 * words), words: 2 * words };
  }

  /** The addresses of calls, one after the other, and behind them the calls. */
  private writeCalls(calls: readonly Call[]): CallList {
    const records = calls.map((call) => this.callRecord(call));
    const length = records.reduce((sum, record) => sum + record.length, calls.length);
    const address = this.allocate(length);
    let next = address + 4 * calls.length;
    records.forEach((record, c) => {
      this.words[address / 4 + c] = next;
      this.words.set(record, next / 4);
      next += 4 * record.length;
    });
    const list = { address, count: calls.length };
    this.lists.set(calls, list);
    return list;
  }

  /** The kernel's number, then its constants, buffers and tensors, as wasm/calls.generated.ts declares them. */
  private callRecord({ kernel, constants, buffers, tensorOffsets }: Call): Uint32Array {
    const { constants: names, shape, bindings } = shaders[kernel];
    const own = [...names.filter((name) => name !== 'TENSOR_OFFSETS'), ...shape];
    const values = own.map((name) =>
      wordOf(name, (constants as Readonly<Record<string, number>>)[name] ?? 0),
    );
    const addresses = bindings.flatMap(({ name }) => {
      const buffer = (buffers as Readonly<Record<string, string>>)[name];
      return buffer === undefined ? [] : [this.addresses.get(buffer) as number];
    });
    return Uint32Array.from([
      kernelNumbers.indexOf(kernel),
      ...values,
      ...addresses,
      this.tensorTable(tensorOffsets),
    ]);
  }

  /** The address of the table; one for all calls of a program. */
  private tensorTable(offsets: readonly number[]): number {
    const known = this.addresses.get('tensor_offsets');
    if (known !== undefined) return known;
    const address = this.allocate(offsets.length);
    this.words.set(offsets, address / 4);
    this.addresses.set('tensor_offsets', address);
    return address;
  }

  close(): void {
    const lists = [...this.lists.values()].map(({ address }) => address);
    for (const address of [...this.addresses.values(), ...lists, this.scratch.address]) {
      if (address) this.kernels.release(address);
    }
    this.addresses.clear();
    this.lists.clear();
    this.scratch = { address: 0, words: 0 };
  }
}

/** @throws DeviceError for more than WebAssembly can address at all */
function checkSize(bytes: number): void {
  if (!(bytes < 2 ** 32)) throw noRoom(bytes);
}

function noRoom(bytes: number): DeviceError {
  const megabytes = Math.ceil(bytes / 2 ** 20);
  return new DeviceError(
    `the memory of WebAssembly (4096 MB) has no room for ${megabytes} MB more: take fewer rows or trials at once`,
  );
}

/** The bits of a constant. */
function wordOf(name: string, value: number): number {
  return fractions.includes(name) ? (new Uint32Array(Float32Array.of(value).buffer)[0] as number) : value;
}
