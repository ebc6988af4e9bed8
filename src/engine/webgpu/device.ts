import { AdapterError, DeviceError } from '../../core/errors.ts';

/** What is known of an adapter, for people and for choosing tile sizes. */
export interface AdapterDescription {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  /** True for drivers that compute on the CPU (lavapipe, SwiftShader, WARP). */
  readonly isSoftware: boolean;
  /** Lanes of a subgroup; 0 where the adapter does not say. */
  readonly subgroupMinSize: number;
  readonly subgroupMaxSize: number;
}

/** A device and what belongs to it. Errors that nobody caught are kept and end the next operation. */
export interface GpuContext {
  readonly device: GPUDevice;
  readonly adapter: AdapterDescription;
  /** Throws the first error that the device reported outside of an error scope, or its loss. */
  check(): void;
  /** Destroys the device if it was made here. */
  close(): void;
}

/** Limits that help when the adapter has more than WebGPU's defaults. */
const raisedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
] as const;
const optionalFeatures = ['subgroups', 'timestamp-query', 'shader-f16'] as const;

/**
 * Takes the best adapter of a `GPU` (the browser's `navigator.gpu` or Dawn's in node) and makes a device on it.
 * @throws AdapterError when there is no adapter
 */
export async function openGpu(gpu: GPU): Promise<GpuContext> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter)
    throw new AdapterError('WebGPU found no adapter; run `shoal doctor` to see what this machine lacks');
  const device = await adapter.requestDevice({
    requiredFeatures: optionalFeatures.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(raisedLimits.map((limit) => [limit, adapter.limits[limit]])),
  });
  const context = watchDevice(device, describeAdapter(adapter.info));
  return { ...context, close: () => device.destroy() };
}

/** Uses a device that the caller made and will destroy. */
export function useDevice(device: GPUDevice): GpuContext {
  return watchDevice(device, describeAdapter(device.adapterInfo));
}

function watchDevice(device: GPUDevice, adapter: AdapterDescription): GpuContext {
  let failure: DeviceError | undefined;
  device.addEventListener('uncapturederror', ({ error }) => {
    failure ??= new DeviceError(`the GPU refused a command: ${error.message}`);
  });
  device.lost.then(
    ({ reason, message }) => {
      failure ??= new DeviceError(`the GPU device was lost (${reason}): ${message}`);
    },
    () => undefined,
  );
  const check = () => {
    if (failure) throw failure;
  };
  return { device, adapter, check, close: () => undefined };
}

/** Reads an adapter's public information. */
export function describeAdapter(info: GPUAdapterInfo): AdapterDescription {
  const { vendor, architecture, device, description, subgroupMinSize = 0, subgroupMaxSize = 0 } = info;
  const text = `${vendor} ${architecture} ${device} ${description}`;
  const isSoftware = /llvmpipe|lavapipe|swiftshader|software|basic render/i.test(text);
  return { vendor, architecture, device, description, isSoftware, subgroupMinSize, subgroupMaxSize };
}
