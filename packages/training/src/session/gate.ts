/** Where a loop lets messages in, and waits while it is paused. */
export class Gate {
  #waiting: (() => void) | undefined;
  #closed = false;

  close(): void {
    this.#closed = true;
  }

  open(): void {
    this.#closed = false;
    this.#waiting?.();
    this.#waiting = undefined;
  }

  /** @param onWait called when the gate is closed, before it waits. */
  async pass(onWait: () => void): Promise<void> {
    // A worker's messages are tasks: a loop that only awaits promises would never hear them.
    await new Promise((resolve) => setTimeout(resolve));
    if (!this.#closed) return;
    onWait();
    await new Promise<void>((resolve) => (this.#waiting = resolve));
  }
}
