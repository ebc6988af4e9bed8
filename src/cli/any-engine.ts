import { AdapterError } from '../core/errors.ts';
import { type ChosenEngine, openEngine } from '../node.ts';

/** Opens the adapter that there is, be it a software driver, or the CPU: for what looks at kernels, not at speed. */
export async function openAdapterOrCpu(): Promise<ChosenEngine> {
  try {
    return await openEngine('webgpu');
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return openEngine('cpu');
  }
}
