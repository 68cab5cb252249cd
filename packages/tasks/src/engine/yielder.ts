/** Milliseconds that a loop may block a thread: less than a frame. */
const maxTurnMs = 8;

/** Returns a function for long loops to await in each iteration. From time to time, it yields to other work of this thread. */
export function createYielder(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < maxTurnMs) return;
    await new Promise((resolve) => setTimeout(resolve));
    since = performance.now();
  };
}
