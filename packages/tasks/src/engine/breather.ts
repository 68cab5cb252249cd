/** Milliseconds that a loop may block a thread: less than a frame. */
const maxTurnMs = 8;

/** For long loops: returns a function to await in each iteration, which yields to other work of this thread from time to time. */
export function breather(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < maxTurnMs) return;
    await new Promise((resolve) => setTimeout(resolve));
    since = performance.now();
  };
}
