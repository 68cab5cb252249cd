/** Waits for work on a device that may be lost. Without this, promises of a lost device might never settle. */
import type { DeviceLostError } from './errors.ts';

/** Tells pending calls that their device was lost. */
export class Loss {
  #error: DeviceLostError | undefined;
  /** Only of the calls in flight: a device outlives millions of calls. */
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
