import { DeviceError } from '../../core/errors.ts';
import type { FusedShape } from '../fused/kernel-constants.ts';
import type { FusedPlan } from '../fused/plan.ts';
import type { WholeJob } from '../whole.ts';
import type { GpuContext } from './device.ts';
import { type Kernel, type Pipelines, usage } from './pipelines.ts';
import { fusedShaders } from './shaders.generated.ts';

/** The share of a submit's expected time that the host sleeps before it asks for the result. */
const restedShare = 0.98;
/** A result that comes within this time has been there already. */
const promptMs = 0.5;

/** What one submit gave. Its arrays are used again by the submit after the next. */
export interface ChunkResult {
  /** `historyColumns` of each lane in each of the chunk's epochs: row `epoch * lanes + lane`. */
  readonly history: Float32Array;
  /** Progress of every slot after the chunk. */
  readonly progress: Uint32Array;
  /** Weights of every slot, where they were asked for. */
  readonly weights?: Float32Array;
  /** How long the device took; at most that long where `wasLate`: the result was there before anyone asked. */
  readonly milliseconds: number;
  readonly wasLate: boolean;
}

/** One of two sets of buffers, so that the host reads one chunk while the device computes the next. */
interface ChunkBuffers {
  readonly chunk: GPUBuffer;
  readonly order: GPUBuffer;
  readonly history: GPUBuffer;
  readonly staging: GPUBuffer;
  readonly bindings: GPUBindGroup;
  /** Where results are copied to: memory of their own for each would keep the garbage collector busy. */
  readonly copy: ArrayBuffer;
}

/** Holds the trials of a job on the device and trains them chunk by chunk with one fused kernel. */
export class FusedDevice {
  private readonly context: GpuContext;
  private readonly plan: FusedPlan;
  private readonly shape: FusedShape;
  private readonly kernel: Kernel;
  private readonly shared: Readonly<Record<'rows' | 'settings' | 'tables' | 'state' | 'progress', GPUBuffer>>;
  private readonly sets: readonly ChunkBuffers[];
  private turn = 0;
  private lastDone = 0;
  /** Ends when all that was submitted before is done. */
  private before: Promise<unknown> = Promise.resolve();
  /** What compiling cost, up to the first dispatch. */
  readonly compileMs: number;

  private constructor(
    context: GpuContext,
    plan: FusedPlan,
    kernel: Kernel,
    shared: FusedDevice['shared'],
    started: number,
  ) {
    this.context = context;
    this.plan = plan;
    this.shape = plan.shape;
    this.kernel = kernel;
    this.shared = shared;
    this.sets = [this.chunkBuffers(), this.chunkBuffers()];
    this.compileMs = performance.now() - started;
  }

  /** @throws DeviceError when the device has no memory for the buffers, or the shader does not compile */
  static async open(
    context: GpuContext,
    pipelines: Pipelines,
    job: WholeJob,
    plan: FusedPlan,
    tables: Float32Array<ArrayBuffer>,
  ): Promise<FusedDevice> {
    const started = performance.now();
    const { device } = context;
    const kernel = await pipelines.fused(plan);
    device.pushErrorScope('validation');
    device.pushErrorScope('out-of-memory');
    const { slots, shape, layout } = plan;
    const storage = usage.storage | usage.copySource | usage.copyTarget;
    const make = (label: string, bytes: number, use = storage) =>
      device.createBuffer({ label, size: Math.max(16, bytes), usage: use });
    const rows = packedRows(job, shape);
    const shared = {
      rows: make(
        'rows',
        rows.byteLength,
        (plan.uniformRows ? usage.uniform : usage.storage) | usage.copyTarget,
      ),
      settings: make('settings', 4 * slots * shape.settingsStride),
      tables: make('tables', tables.byteLength),
      state: make('state', 4 * slots * layout.floats * plan.segments),
      progress: make('progress', 4 * slots * shape.progressStride),
    };
    device.queue.writeBuffer(shared.rows, 0, rows);
    device.queue.writeBuffer(shared.tables, 0, tables);
    const made = new FusedDevice(context, plan, kernel, shared, started);
    const [noMemory, invalid] = [await device.popErrorScope(), await device.popErrorScope()];
    const refusal = noMemory ?? invalid;
    if (refusal) {
      made.close();
      throw new DeviceError(`the GPU cannot hold ${slots} trials at once: ${refusal.message}`);
    }
    return made;
  }

  private chunkBuffers(): ChunkBuffers {
    const { device } = this.context;
    const { slots, epochsAtOnce } = this.plan;
    const make = (label: string, size: number, use: number) =>
      device.createBuffer({ label, size, usage: use });
    const historyBytes = 4 * this.shape.historyColumns * slots * epochsAtOnce;
    const own = {
      chunk: make('chunk', 16, usage.uniform | usage.copyTarget),
      order: make('order', Math.max(16, 4 * slots), usage.storage | usage.copyTarget),
      history: make('history', historyBytes, usage.storage | usage.copySource),
    };
    const resultBytes = historyBytes + this.progressBytes + this.weightBytes;
    const staging = make('staging', resultBytes, usage.mapRead | usage.copyTarget);
    const bound: Readonly<Record<string, GPUBuffer>> = { ...this.shared, ...own };
    const entries = fusedShaders[this.plan.kernel].bindings.map(({ binding, name }) => ({
      binding,
      resource: { buffer: bound[name] as GPUBuffer },
    }));
    const bindings = device.createBindGroup({ layout: this.kernel.layout, entries });
    return { ...own, staging, bindings, copy: new ArrayBuffer(resultBytes) };
  }

  private get progressBytes(): number {
    return 4 * this.plan.slots * this.shape.progressStride;
  }

  private get weightBytes(): number {
    return 4 * this.plan.slots * this.plan.layout.floats;
  }

  /** Puts trials into the slots from `slot` on: their settings, progress and weights, one after the other. */
  write(
    slot: number,
    settings: Uint32Array<ArrayBuffer>,
    progress: Uint32Array<ArrayBuffer>,
    weights: Float32Array<ArrayBuffer>,
  ): void {
    const { queue } = this.context.device;
    queue.writeBuffer(this.shared.settings, 4 * slot * this.shape.settingsStride, settings);
    queue.writeBuffer(this.shared.progress, 4 * slot * this.shape.progressStride, progress);
    queue.writeBuffer(this.shared.state, 4 * slot * this.plan.layout.floats, weights);
  }

  /**
   * Trains the trials in these slots for up to `epochs` epochs more. A chunk may be submitted while the one before it
   * runs, not more.
   *
   * @param expectedMs how long the device will take, if that is known
   */
  async train(
    order: Uint32Array<ArrayBuffer>,
    epochs: number,
    withWeights: boolean,
    expectedMs = 0,
  ): Promise<ChunkResult> {
    const { device } = this.context;
    const set = this.sets[this.turn] as ChunkBuffers;
    this.turn = 1 - this.turn;
    const submitted = performance.now();
    device.queue.writeBuffer(set.chunk, 0, new Uint32Array([order.length, epochs, this.plan.slots, 1]));
    device.queue.writeBuffer(set.order, 0, order);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(this.kernel.pipeline);
    pass.setBindGroup(0, set.bindings);
    // Without trials one workgroup finds nothing to do, which still makes drivers compile.
    pass.dispatchWorkgroups(Math.max(1, Math.ceil(order.length / this.plan.group)));
    pass.end();
    const historyBytes = 4 * this.shape.historyColumns * order.length * epochs;
    const { progressBytes, weightBytes } = this;
    if (historyBytes > 0) encoder.copyBufferToBuffer(set.history, 0, set.staging, 0, historyBytes);
    encoder.copyBufferToBuffer(this.shared.progress, 0, set.staging, historyBytes, progressBytes);
    const bytes = historyBytes + progressBytes + (withWeights ? weightBytes : 0);
    if (withWeights) {
      encoder.copyBufferToBuffer(
        this.shared.state,
        0,
        set.staging,
        historyBytes + progressBytes,
        weightBytes,
      );
    }
    device.queue.submit([encoder.finish()]);
    const before = this.before;
    const result = before.then(() => this.results(set, bytes, expectedMs));
    this.before = result.catch(() => undefined);
    const wasLate = await result;
    const { copy } = set;
    const now = performance.now();
    const milliseconds = now - Math.max(submitted, this.lastDone);
    this.lastDone = now;
    return {
      history: new Float32Array(copy, 0, historyBytes / 4),
      progress: new Uint32Array(copy, historyBytes, progressBytes / 4),
      ...(withWeights && { weights: new Float32Array(copy, historyBytes + progressBytes, weightBytes / 4) }),
      milliseconds,
      wasLate,
    };
  }

  /**
   * Copies what a submit leaves, once those before it are done. Dawn in node keeps a core busy while a result is awaited,
   * which a software adapter needs: most of the time is slept.
   *
   * @returns whether it was there before anyone asked
   */
  private async results(set: ChunkBuffers, bytes: number, expectedMs: number): Promise<boolean> {
    const rest = restedShare * expectedMs;
    if (rest > 1) await new Promise((resolve) => setTimeout(resolve, rest));
    const asked = performance.now();
    await this.read(set, bytes);
    return performance.now() - asked < promptMs;
  }

  private async read({ staging, copy }: ChunkBuffers, bytes: number): Promise<void> {
    try {
      await staging.mapAsync(0x1 /* GPUMapMode.READ */, 0, bytes);
      this.context.check();
      new Uint8Array(copy).set(new Uint8Array(staging.getMappedRange(0, bytes)));
    } catch (error) {
      this.context.check();
      throw new DeviceError(`the GPU gave no results back: ${String(error)}`, { cause: error });
    } finally {
      staging.unmap();
    }
  }

  /** Frees all memory of this job on the device. */
  close(): void {
    const own = this.sets.flatMap(({ chunk, order, history, staging }) => [chunk, order, history, staging]);
    for (const buffer of [...Object.values(this.shared), ...own]) buffer.destroy();
  }
}

/** Rows as the kernels read them: inputs, targets, weight, padded to groups of four. */
function packedRows(
  { table }: WholeJob,
  { widths, targets, rowQuads }: FusedShape,
): Float32Array<ArrayBuffer> {
  const inputs = widths[0] as number;
  const packed = new Float32Array(4 * rowQuads * table.rows);
  for (let row = 0; row < table.rows; row++) {
    const at = 4 * rowQuads * row;
    packed.set(table.x.subarray(row * inputs, (row + 1) * inputs), at);
    packed.set(table.y.subarray(row * targets, (row + 1) * targets), at + inputs);
    packed[at + inputs + targets] = table.sampleWeights?.[row] ?? 1;
  }
  return packed;
}
