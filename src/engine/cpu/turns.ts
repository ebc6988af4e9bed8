/** An engine on the caller's thread computes about this long before it lets others have their turn. */
const msBetweenTurns = 20;

/** Lets timers, signals and the display have their turn, but not so often that waiting takes its time. */
export class Turns {
  private last = performance.now();

  async give(): Promise<void> {
    if (performance.now() - this.last < msBetweenTurns) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.last = performance.now();
  }
}
