import { vi } from 'vitest';
import { SubmitPacer } from '../../src/engine/layered/submit-pacer.ts';
import { ChunkPacer } from '../../src/engine/webgpu/chunk-pacer.ts';

/** Makes submits of layer-by-layer training hold so many steps. */
export const layeredSubmits = (length: number) =>
  vi.spyOn(SubmitPacer.prototype, 'passes', 'get').mockReturnValue(length);

/** Makes submits of fused training hold so many epochs. */
export const fusedSubmits = (length: number) =>
  vi.spyOn(ChunkPacer.prototype, 'epochs').mockImplementation(function (
    this: ChunkPacer,
    _lanes: number,
    left: number,
  ) {
    return Math.min(length, left, this.most);
  });
