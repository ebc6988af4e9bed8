import type { Logs } from './callbacks.ts';
import type { Monitor } from './monitor.ts';

/** What callbacks that act on a plateau of a metric share: Keras's ReduceLROnPlateau without what it does then. */
export class PlateauWatch {
  private readonly monitor: Monitor;
  private readonly patience: number;
  private readonly cooldown: number;
  private best: number | undefined;
  private wait = 0;
  private cooling = 0;

  /**
   * @param patience epochs without improvement before it is time to act
   * @param cooldown epochs after that which do not count
   */
  constructor(monitor: Monitor, patience: number, cooldown: number) {
    this.monitor = monitor;
    this.patience = patience;
    this.cooldown = cooldown;
  }

  /**
   * Looks at an epoch's results. @returns whether it is time to act
   *
   * @param mayAct whether there is anything left to do; where there is not, nothing is reset
   */
  acts(logs: Logs, mayAct: boolean): boolean {
    const current = this.monitor.valueIn(logs);
    if (this.cooling > 0) this.cooling--;
    if (this.monitor.improves(current, this.best)) {
      this.best = current;
      this.wait = 0;
      return false;
    }
    // The epoch in which the cooldown ran out counts already.
    if (this.cooling > 0) return false;
    this.wait++;
    if (this.wait < this.patience || !mayAct) return false;
    this.cooling = this.cooldown;
    this.wait = 0;
    return true;
  }
}
