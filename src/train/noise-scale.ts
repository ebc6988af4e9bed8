import type { NoiseSums } from '../engine/engine.ts';

const { fround } = Math;

/** Above this many rows nothing but noise is left of a gradient. */
const most = 1e6;

/**
 * The gradient noise scale B = tr(Sigma) / |G|^2 of a training, epoch by epoch: the batch size at which the noise of a
 * batch's gradient is as long as the true gradient G (B_simple of McCandlish, Kaplan, Amodei et al. 2018, "An empirical
 * model of large-batch training"). Both parts are smoothed over the epochs before they are divided. Numbers are in single
 * precision, as shaders/lib/policies.wgsl computes them.
 */
export class NoiseScale {
  private readonly smoothing: number;
  private estimate: { readonly square: number; readonly variance: number } | undefined;

  /** @param smoothing how much of the estimate of the epochs before stays, from 0 to below 1 */
  constructor(smoothing: number) {
    this.smoothing = fround(smoothing);
  }

  /** Takes the sums of an epoch in. */
  add({ along, squared, inverseRows, steps }: NoiseSums): void {
    if (steps === 0) return;
    const square = fround(along / steps);
    const variance = fround(fround(squared - along) / inverseRows);
    const before = this.estimate ?? { square, variance };
    this.estimate = {
      square: this.smoothed(before.square, square),
      variance: this.smoothed(before.variance, variance),
    };
  }

  private smoothed(before: number, value: number): number {
    return fround(value + fround(fround(before - value) * this.smoothing));
  }

  /** In rows; 0 while it is not known, and where no noise was found. */
  get rows(): number {
    const { square, variance } = this.estimate ?? { square: 0, variance: 0 };
    if (!(variance > 0)) return 0;
    return fround(square * most) > variance ? fround(variance / square) : most;
  }
}
