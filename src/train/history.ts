/**
 * What training recorded: one number an epoch under each name, with Keras's names (`loss`, `accuracy` or `mae`,
 * `val_loss`, ...). `learning_rate` is the rate of the epoch's first step, `learning_rate_end` the rate after it.
 */
export interface History {
  readonly epochs: number;
  readonly metrics: Readonly<Record<string, readonly number[]>>;
  /** Why training ended before its last epoch. */
  readonly stopped?: string;
}

/** Collects a history while training runs. */
export class HistoryRecorder {
  private readonly metrics: Record<string, number[]> = {};
  private epochs = 0;
  private reason: string | undefined;

  add(logs: Readonly<Record<string, number>>): void {
    this.epochs++;
    for (const [name, value] of Object.entries(logs)) {
      this.metrics[name] ??= [];
      this.metrics[name].push(value);
    }
  }

  stop(reason: string): void {
    this.reason ??= reason;
  }

  get stopped(): string | undefined {
    return this.reason;
  }

  history(): History {
    const { epochs, metrics } = this;
    return this.reason === undefined ? { epochs, metrics } : { epochs, metrics, stopped: this.reason };
  }
}
