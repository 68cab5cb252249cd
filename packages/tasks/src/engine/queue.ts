/** Which call a model answers next: one at a time, since two passes at once would only share the device's time. */

/**
 * How urgent a call is. Where somebody waits for an answer it is `interactive`, and goes before all `bulk` calls: between
 * two of their batches, never in the middle of one.
 */
export type Priority = 'interactive' | 'bulk';

/** Runs tasks one after the other: interactive ones first, else in the order they were asked for. */
export class CallQueue {
  readonly #waiting: Readonly<Record<Priority, (() => void)[]>> = { interactive: [], bulk: [] };
  #busy = false;

  /** Runs `task` when its turn comes. Rejects as it does. */
  async run<T>(task: () => Promise<T>, priority: Priority = 'interactive'): Promise<T> {
    if (this.#busy) await new Promise<void>((start) => this.#waiting[priority].push(start));
    this.#busy = true;
    try {
      return await task();
    } finally {
      const next = this.#waiting.interactive.shift() ?? this.#waiting.bulk.shift();
      // It has the queue from now on: whoever asks before it starts waits behind it.
      this.#busy = next !== undefined;
      next?.();
    }
  }
}
