/** A submit should take about this long: short enough to cancel and to keep a display alive, long enough to pay. */
const targetMs = 75;
const mostPasses = 512;

/** Chooses how many passes go into one submit from how long the last ones took. Results do not depend on it. */
export class SubmitPacer {
  private msPerPass = 0;
  private lastDone = 0;

  /** Passes for the next submit; one at first, then as many as fill the target time. */
  get passes(): number {
    if (this.msPerPass === 0) return 1;
    return Math.max(1, Math.min(mostPasses, Math.floor(targetMs / this.msPerPass)));
  }

  /** Waits for a submit of `passes` and learns from its time. */
  async time(passes: number, done: Promise<void>): Promise<void> {
    const submitted = performance.now();
    await done;
    const now = performance.now();
    this.msPerPass = (now - Math.max(submitted, this.lastDone)) / passes;
    this.lastDone = now;
  }
}
