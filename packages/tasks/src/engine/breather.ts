/** Milliseconds that a loop may hold a thread: less than a frame. */
const longestTurn = 8;

/** For long loops: a function to await once a round, which lets other work of this thread go first now and then. */
export function breather(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < longestTurn) return;
    await new Promise((resolve) => setTimeout(resolve));
    since = performance.now();
  };
}
