import { DeviceError } from '../../core/errors.ts';
import { type Step, wordsOfStep } from '../cpu/kernel.ts';
import type { Backend, Pass } from '../layered/backend.ts';
import type { Call, Program } from '../layered/program.ts';
import type { Floats } from '../precision.ts';
import type { GpuContext } from './device.ts';
import { grids } from './grids.ts';
import { type Kernel, type Pipelines, usage } from './pipelines.ts';
import { shaders } from './shaders.generated.ts';

/** A call of the program, ready to record. */
interface Dispatch {
  readonly kernel: Kernel;
  readonly bindings: GPUBindGroup;
}

/** Uniform offsets must be multiples of 256 bytes on every device. */
const stepStride = 256;
const stepWords = 8;

// GPUMapMode as a number, since node does not define this global.
const mapRead = 0x1;

/** Holds a program's buffers on the device and records its calls as dispatches. */
export class GpuBackend implements Backend {
  private readonly context: GpuContext;
  private readonly buffers: Readonly<Record<string, GPUBuffer>>;
  private readonly shapes: GPUBuffer[] = [];
  private readonly steps: GPUBuffer;
  private readonly slots: GPUBuffer;
  private readonly pipelines: Pipelines;
  private readonly dispatches = new Map<Call, Dispatch>();

  private constructor(context: GpuContext, pipelines: Pipelines, program: Program) {
    const { device } = context;
    this.context = context;
    this.pipelines = pipelines;
    const storage = (label: string, floats: number) =>
      device.createBuffer({
        label,
        size: 4 * floats,
        usage: usage.storage | usage.copySource | usage.copyTarget,
      });
    this.buffers = Object.fromEntries(
      Object.entries(program.buffers).map(([name, floats]) => [name, storage(name, floats)]),
    );
    this.slots = storage('slots', program.dimensions.trials);
    const size = stepStride * Math.max(1, program.dimensions.rateRows);
    this.steps = device.createBuffer({ label: 'steps', size, usage: usage.uniform | usage.copyTarget });
  }

  /** @throws DeviceError when the device has no memory for the buffers, or a shader does not compile */
  static async open(context: GpuContext, pipelines: Pipelines, program: Program): Promise<GpuBackend> {
    const { device } = context;
    device.pushErrorScope('validation');
    device.pushErrorScope('out-of-memory');
    const backend = new GpuBackend(context, pipelines, program);
    // Both at once: scopes are a stack of the device, and another program may be opened while this one waits.
    const [noMemory, invalid] = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
    const refusal = noMemory ?? invalid;
    if (refusal) {
      backend.close();
      throw new DeviceError(`the GPU cannot hold ${program.dimensions.trials} trials: ${refusal.message}`);
    }
    const calls = [...program.trainStep, ...program.evaluateStep];
    await Promise.all(calls.map((call) => backend.prepare(call)));
    context.check();
    return backend;
  }

  private async prepare(call: Call): Promise<void> {
    const { device } = this.context;
    const shader = shaders[call.kernel];
    const compiledIn: readonly string[] = shader.constants;
    const constants = Object.fromEntries(
      Object.entries(call.constants).filter(([name]) => compiledIn.includes(name)),
    );
    const tensors = compiledIn.includes('TENSOR_OFFSETS') ? { TENSOR_OFFSETS: call.tensorOffsets } : {};
    const kernel = await this.pipelines.get(call.kernel, { ...constants, ...tensors });
    const bound: Record<string, GPUBindingResource> = {
      step: { buffer: this.steps, size: 4 * stepWords },
      slots: { buffer: this.slots },
      shape: { buffer: this.shapeUniform(call) },
    };
    for (const [binding, buffer] of Object.entries(call.buffers))
      bound[binding] = { buffer: this.buffer(buffer) };
    const entries = shader.bindings.map(({ binding, name }) => ({
      binding,
      resource: bound[name] as GPUBindingResource,
    }));
    const bindings = device.createBindGroup({ label: call.kernel, layout: kernel.layout, entries });
    this.dispatches.set(call, { kernel, bindings });
  }

  /** The sizes of a call whose kernel takes them as a uniform, in the order of its struct `Shape`. */
  private shapeUniform(call: Call): GPUBuffer {
    const { device } = this.context;
    const constants: Readonly<Record<string, number>> = call.constants;
    const words = Uint32Array.from(shaders[call.kernel].shape, (name) => constants[name] as number);
    const size = Math.max(16, words.byteLength);
    const buffer = device.createBuffer({
      label: `shape of ${call.kernel}`,
      size,
      usage: usage.uniform | usage.copyTarget,
    });
    device.queue.writeBuffer(buffer, 0, words);
    this.shapes.push(buffer);
    return buffer;
  }

  private buffer(name: string): GPUBuffer {
    return this.buffers[name] as GPUBuffer;
  }

  write(name: string, offset: number, values: Float32Array<ArrayBuffer>): void {
    this.context.device.queue.writeBuffer(this.buffer(name), 4 * offset, values);
  }

  async read(name: string, offset: number, length: number): Promise<Floats> {
    const { device } = this.context;
    const size = 4 * length;
    const staging = device.createBuffer({
      label: `read ${name}`,
      size,
      usage: usage.mapRead | usage.copyTarget,
    });
    try {
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(this.buffer(name), 4 * offset, staging, 0, size);
      device.queue.submit([encoder.finish()]);
      await staging.mapAsync(mapRead);
      this.context.check();
      return new Float32Array(staging.getMappedRange().slice(0));
    } catch (error) {
      this.context.check();
      throw new DeviceError(`the GPU gave no results back: ${String(error)}`, { cause: error });
    } finally {
      staging.destroy();
    }
  }

  copy(from: string, to: string, offset: number, length: number): void {
    const encoder = this.context.device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.buffer(from), 4 * offset, this.buffer(to), 4 * offset, 4 * length);
    this.context.device.queue.submit([encoder.finish()]);
  }

  async submit(passes: readonly Pass[], trials: readonly number[]): Promise<void> {
    const { device } = this.context;
    const steps = new Uint32Array((passes.length * stepStride) / 4);
    passes.forEach(({ step }, index) => {
      steps.set(wordsOfStep(step), (index * stepStride) / 4);
    });
    device.queue.writeBuffer(this.steps, 0, steps);
    device.queue.writeBuffer(this.slots, 0, new Uint32Array(trials));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    passes.forEach(({ calls, step }, index) => {
      for (const call of calls) this.record(pass, call, step, index, trials.length);
    });
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    this.context.check();
  }

  private record(pass: GPUComputePassEncoder, call: Call, step: Step, index: number, trials: number): void {
    const { kernel, bindings } = this.dispatches.get(call) as Dispatch;
    const [x, y] = grids[call.kernel](call.constants, step.rows, this.pipelines.tiling.tile);
    pass.setPipeline(kernel.pipeline);
    pass.setBindGroup(0, bindings, usesStep(call) ? [index * stepStride] : []);
    pass.dispatchWorkgroups(x, y, trials);
  }

  /** Frees all memory of this program on the device. */
  close(): void {
    for (const buffer of [...Object.values(this.buffers), ...this.shapes, this.steps, this.slots])
      buffer.destroy();
  }
}

function usesStep({ kernel }: Call): boolean {
  return shaders[kernel].bindings[0].name === 'step';
}
