/** Waiting for work on a device that may be lost. Without this, promises of a lost device might never settle. */
import type { DeviceLostError } from './errors.ts';

/** Rejects pending calls when their device is lost. */
export class Loss {
  #error: DeviceLostError | undefined;
  /** Rejects calls in flight. Finished calls are removed, because a device outlives millions of calls. */
  readonly #waiting = new Set<(error: DeviceLostError) => void>();

  /** Why the device was lost; undefined until then. */
  get error(): DeviceLostError | undefined {
    return this.#error;
  }

  /** Rejects all pending and future waits. */
  happened(error: DeviceLostError): void {
    this.#error ??= error;
    for (const refuse of this.#waiting) refuse(this.#error);
    this.#waiting.clear();
  }

  /** Settles like `work`, or rejects as soon as the device is lost. */
  async guard<T>(work: Promise<T>): Promise<T> {
    let refuse: ((error: DeviceLostError) => void) | undefined;
    const lost = new Promise<never>((_, reject) => this.#waiting.add((refuse = reject)));
    if (this.#error) refuse?.(this.#error);
    try {
      return await Promise.race([work, lost]);
    } finally {
      if (refuse) this.#waiting.delete(refuse);
    }
  }
}
