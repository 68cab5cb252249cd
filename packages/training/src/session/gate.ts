/** Lets a loop receive messages, and makes it wait while paused. */
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

  /** @param onWait called before waiting at a closed gate */
  async pass(onWait: () => void): Promise<void> {
    // Messages are tasks: a loop that only awaits promises would never receive them.
    await new Promise((resolve) => setTimeout(resolve));
    if (!this.#closed) return;
    onWait();
    await new Promise<void>((resolve) => (this.#waiting = resolve));
  }
}
