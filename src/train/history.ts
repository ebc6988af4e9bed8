/**
 * What training recorded: one number an epoch under each name, with Keras's names (`loss`, `accuracy` or `mae`,
 * `val_loss`, ...). `learning_rate` is the rate of the epoch's first step, `learning_rate_end` the rate after it.
 */
export interface History {
  readonly epochs: number;
  readonly metrics: Readonly<Record<string, readonly number[]>>;
  /** Why training ended before its last epoch. */
  readonly stopped?: string;
  /** The epoch (counted from 0; -1 is before the first) whose weights the model has, where a callback restored them. */
  readonly restoredEpoch?: number;
}

/** Collects a history while training runs. */
export class HistoryRecorder {
  private readonly metrics: Record<string, number[]> = {};
  private epochs = 0;
  private reason: string | undefined;
  private restored: number | undefined;

  add(logs: Readonly<Record<string, number>>): void {
    this.epochs++;
    this.restored = undefined;
    for (const [name, value] of Object.entries(logs)) {
      this.metrics[name] ??= [];
      this.metrics[name].push(value);
    }
  }

  stop(reason: string): void {
    this.reason ??= reason;
  }

  /** The weights are those after `epoch` again, until the next epoch. */
  restore(epoch: number): void {
    this.restored = epoch;
  }

  get stopped(): string | undefined {
    return this.reason;
  }

  history(): History {
    const { epochs, metrics, reason, restored } = this;
    return {
      epochs,
      metrics,
      ...(reason !== undefined && { stopped: reason }),
      ...(restored !== undefined && { restoredEpoch: restored }),
    };
  }
}
