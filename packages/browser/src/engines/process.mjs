// Finds, starts and ends the processes of a browser under test.
import { spawn, spawnSync } from 'node:child_process';

/** Returns the path of the first of these commands that is installed, or undefined. */
export function findCommand(names) {
  for (const name of names) {
    const found = spawnSync('which', [name], { encoding: 'utf8' });
    if (found.status === 0) return found.stdout.trim();
  }
  return undefined;
}

/** Starts a process that ends with this one. Its output is only shown for debugging. */
export function spawnWithin(command, args, env, stdio = process.env.DEBUG_BROWSER ? 'inherit' : 'ignore') {
  const child = spawn(command, args, { stdio, env: { ...process.env, ...env } });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}

/** Repeats `attempt` until it returns a truthy value. */
export async function until(what, attempt, seconds = 60) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    const value = await Promise.resolve()
      .then(attempt)
      .catch(() => undefined);
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not start within ${seconds} s`);
}

/** Ends a process and waits until it is gone. */
export async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await ended;
}
