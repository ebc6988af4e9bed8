import { DeviceError } from '../../core/errors.ts';
import type { FusedPlan } from '../fused/plan.ts';
import type { GpuContext } from './device.ts';
import { type FusedKernelName, fusedShaders, type KernelName, shaders } from './shaders.generated.ts';
import { type ConstantValue, specialise } from './specialise.ts';
import { chooseTiling, type Tiling } from './tiling.ts';
import { unroll } from './unroll.ts';

// GPUBufferUsage as numbers, since node does not define this global.
export const usage = {
  mapRead: 0x1,
  copySource: 0x4,
  copyTarget: 0x8,
  uniform: 0x40,
  storage: 0x80,
} as const;

/** A compiled kernel with the layout of its bindings. */
export interface Kernel {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** Changes the text of a kernel. */
export type ShaderEdit = (name: KernelName | FusedKernelName, code: string) => string;

/** A kernel's binding, as the generated module describes it. */
interface Binding {
  readonly binding: number;
  readonly name: string;
  readonly access: string;
}

/** Compiles kernels of one device; the same kernel with the same constants is compiled once. */
export class Pipelines {
  private readonly context: GpuContext;
  private readonly edit: ShaderEdit;
  private readonly compiled = new Map<string, Promise<Kernel>>();
  readonly tiling: Tiling;

  /**
   * @param options.editShader changes a kernel's text before it is compiled; tests plant bugs with it
   * @param options.tiling overrides the choice of tiling
   */
  constructor(
    context: GpuContext,
    { editShader, tiling }: { editShader?: ShaderEdit; tiling?: Tiling['kind'] } = {},
  ) {
    this.context = context;
    this.edit = editShader ?? ((_, code) => code);
    this.tiling = chooseTiling(context.adapter, context.device.features, tiling);
  }

  /** @throws DeviceError with line, column and source line where the shader does not compile */
  get(name: KernelName, constants: Readonly<Record<string, ConstantValue>>): Promise<Kernel> {
    return this.compile(name, this.edit(name, this.specialised(name, constants)), shaders[name].bindings);
  }

  /** The fused kernel of a plan, its loops written out. @throws DeviceError where the shader does not compile */
  fused({ kernel, exchange, constants, uniformRows, rows }: FusedPlan): Promise<Kernel> {
    const { code, bindings } = fusedShaders[kernel];
    const unrolled = unroll(specialise(this.edit(kernel, code[exchange]), constants));
    if (!uniformRows) return this.compile(kernel, unrolled, bindings);
    const uniform = unrolled.replace(
      'var<storage, read> rows: array<vec4f>',
      `var<uniform> rows: array<vec4f, ${rows}>`,
    );
    const changed = bindings.map((bound) =>
      bound.name === 'rows' ? { ...bound, access: 'uniform' } : bound,
    );
    return this.compile(kernel, uniform, changed);
  }

  private compile(name: string, code: string, bindings: readonly Binding[]): Promise<Kernel> {
    const known = this.compiled.get(code);
    if (known !== undefined) return known;
    const kernel = compile(this.context.device, name, code, bindings);
    this.compiled.set(code, kernel);
    return kernel;
  }

  private specialised(name: KernelName, constants: Readonly<Record<string, ConstantValue>>): string {
    const { tiling } = this;
    const code: string = shaders[name].code[tiling.kind];
    const isTiled = tiling.kind === 'subgroup' && code.includes('const LANES');
    return specialise(code, isTiled ? { ...constants, LANES: tiling.lanes } : constants);
  }
}

async function compile(
  device: GPUDevice,
  name: string,
  code: string,
  bindings: readonly Binding[],
): Promise<Kernel> {
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ label: name, code });
  const layout = device.createBindGroupLayout({
    label: name,
    entries: bindings.map(layoutEntry),
  });
  const pipeline = device.createComputePipelineAsync({
    label: name,
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module, entryPoint: name },
  });
  const scope = device.popErrorScope();
  try {
    return { pipeline: await pipeline, layout };
  } catch (error) {
    throw new DeviceError(await explain(name, code, module, (await scope)?.message ?? String(error)), {
      cause: error,
    });
  } finally {
    await scope;
  }
}

function layoutEntry({ binding, name, access }: Binding): GPUBindGroupLayoutEntry {
  const buffer: GPUBufferBindingLayout =
    access === 'uniform'
      ? { type: 'uniform', hasDynamicOffset: name === 'step' }
      : { type: access === 'read' ? 'read-only-storage' : 'storage' };
  return { binding, visibility: 4 /* GPUShaderStage.COMPUTE, which node does not define */, buffer };
}

async function explain(
  name: string,
  code: string,
  module: GPUShaderModule,
  message: string,
): Promise<string> {
  const { messages } = await module.getCompilationInfo();
  const first = messages.find(({ type }) => type === 'error');
  if (!first) return `shader ${name} makes no pipeline: ${message}`;
  const line = code.split('\n')[first.lineNum - 1]?.trim() ?? '';
  return `shader ${name}, line ${first.lineNum}, column ${first.linePos}: ${first.message}\n    ${line}`;
}
