import type { EpochEnd } from './train-trials.ts';

/**
 * A training under way. Awaiting it gives the result; looping over it gives every epoch as it ends (also those that
 * ended before the loop began). It starts at once and runs whether or not anyone listens.
 */
export class Training<T> implements PromiseLike<T>, AsyncIterable<EpochEnd> {
  private readonly result: Promise<T>;
  private readonly ends: (() => Iterable<EpochEnd>)[] = [];
  private finished = false;
  private wake: () => void = () => undefined;
  private news: Promise<void>;

  /** @param run publishes epochs as they end, each time a function that makes them for those who listen */
  constructor(run: (publish: (ends: () => Iterable<EpochEnd>) => void) => Promise<T>) {
    this.news = this.nextNews();
    this.result = Promise.resolve().then(() => run((ends) => this.publish(ends)));
    const finish = () => {
      this.finished = true;
      this.wake();
    };
    this.result.then(finish, finish);
  }

  private nextNews(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  private publish(ends: () => Iterable<EpochEnd>): void {
    this.ends.push(ends);
    const { wake } = this;
    this.news = this.nextNews();
    wake();
  }

  // A training is meant to be awaited like a promise.
  // biome-ignore lint/suspicious/noThenProperty: it implements PromiseLike
  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.result.then(onFulfilled, onRejected);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EpochEnd, void, undefined> {
    for (let next = 0; ; ) {
      while (next < this.ends.length) yield* (this.ends[next++] as () => Iterable<EpochEnd>)();
      if (this.finished) {
        await this.result; // an error ends the loop too
        return;
      }
      await this.news;
    }
  }
}
