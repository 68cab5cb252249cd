/** Queues a model's calls. One runs at a time, because concurrent passes would only share the device. */

/**
 * Priority of a call. An `interactive` call, which a user is waiting for, runs before all `bulk` calls: between two of their
 * batches, never in the middle of one.
 */
export type Priority = 'interactive' | 'bulk';

/** Runs tasks one after the other: interactive ones first, otherwise in order of arrival. */
export class CallQueue {
  readonly #waiting: Readonly<Record<Priority, (() => void)[]>> = { interactive: [], bulk: [] };
  #busy = false;

  /** Queues `task`. The promise settles as the task does. */
  async run<T>(task: () => Promise<T>, priority: Priority = 'interactive'): Promise<T> {
    if (this.#busy) await new Promise<void>((start) => this.#waiting[priority].push(start));
    this.#busy = true;
    try {
      return await task();
    } finally {
      const next = this.#waiting.interactive.shift() ?? this.#waiting.bulk.shift();
      // Hand over the queue at once, so that calls that arrive before the next task starts wait behind it.
      this.#busy = next !== undefined;
      next?.();
    }
  }
}
