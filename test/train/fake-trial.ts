import type { Measured, TrialControl } from '../../src/train/callbacks.ts';

/** A trial that only notes what callbacks ask of it. */
export class FakeTrial implements TrialControl {
  readonly trial = 0;
  batchSize = 32;
  largestBatch = 1_000_000;
  penaltyScale = 1;
  measured: Measured = { dataLoss: 0 };
  reason: string | undefined;
  kept = 0;
  restored = 0;
  private rate = 0;

  get learningRate(): number {
    return this.rate;
  }

  set learningRate(rate: number) {
    this.rate = Math.fround(rate);
  }

  stopTraining(reason: string): void {
    this.reason = reason;
  }

  keepWeights(): void {
    this.kept++;
  }

  restoreWeights(): void {
    this.restored++;
  }
}
