import { CancelledError } from '../core/errors.ts';

const breakEveryMs = 50;

/** Lets others work during a long computation, tells how far it is, and ends it when it is cancelled. */
export class Pacer {
  readonly #signal: AbortSignal | undefined;
  readonly #onProgress: ((share: number) => void) | undefined;
  #lastBreak = performance.now();
  #done = 0;
  #total = 0;

  constructor(signal?: AbortSignal, onProgress?: (share: number) => void) {
    this.#signal = signal;
    this.#onProgress = onProgress;
  }

  /** Announces work to come. */
  plan(work: number): void {
    this.#total += work;
  }

  /** @throws CancelledError when the signal is aborted */
  async did(work: number): Promise<void> {
    this.#done += work;
    if (performance.now() - this.#lastBreak < breakEveryMs) return;
    this.#onProgress?.(this.#done / this.#total);
    await new Promise((resolve) => setTimeout(resolve));
    this.#lastBreak = performance.now();
    if (this.#signal?.aborted) throw new CancelledError('the evaluation was cancelled');
  }
}
