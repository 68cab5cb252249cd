/** Waiting for a device that may be lost meanwhile: what waits for a lost one might never settle. */
import type { DeviceLostError } from './errors.ts';

/** The loss of one device, as those who wait for it see it. */
export class Loss {
  #error: DeviceLostError | undefined;
  /** Of the calls that wait now, and of no others: a device outlives millions of them. */
  readonly #waiting = new Set<(error: DeviceLostError) => void>();

  /** Why the device is gone; undefined while it is there. */
  get error(): DeviceLostError | undefined {
    return this.#error;
  }

  /** Tells everyone who waits, and whoever will. */
  happened(error: DeviceLostError): void {
    this.#error ??= error;
    for (const refuse of this.#waiting) refuse(this.#error);
    this.#waiting.clear();
  }

  /** `work`, or a rejection as soon as the device is lost. */
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
