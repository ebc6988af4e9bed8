// Asks Dawn for an adapter and prints what it is as JSON, or null. Runs as a process of its own, since a bad driver
// may take its process down, and since the Vulkan loader reads its environment only once.
import { create } from 'webgpu';

// Dawn's instance must stay reachable while the adapter is in use.
globalThis.gpu = create([]);
const adapter = await globalThis.gpu.requestAdapter();
const describe = ({ info, features }) => ({
  vendor: info.vendor,
  architecture: info.architecture,
  device: info.device,
  description: info.description,
  subgroupMinSize: info.subgroupMinSize,
  subgroupMaxSize: info.subgroupMaxSize,
  features: [...features].sort(),
});
process.stdout.write(`${JSON.stringify(adapter ? describe(adapter) : null)}\n`, () => process.exit(0));
