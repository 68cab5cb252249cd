// Runs a command in its own process group, so that all processes that it starts can be stopped with it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds that processes get to end on their own, because a browser is closed by the process that drives it. */
const grace = 10_000;
const windows = process.platform === 'win32';

/**
 * Starts a command line with piped output. In its own group, it does not receive Ctrl-C from the terminal; it is ended when this
 * process ends.
 */
export function spawnGroup([command, ...args]) {
  const leader = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: !windows });
  const end = () => (windows ? leader.kill() : signalGroup(leader.pid, 'SIGTERM'));
  process.once('exit', end);
  leader.once('exit', () => process.off('exit', end));
  return leader;
}

/** Ends every process in the group of `leader`, and resolves when none is left. */
export async function stopGroup({ pid }) {
  if (windows) {
    await once(spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' }), 'close');
    return;
  }
  const deadline = Date.now() + grace;
  for (let alive = signalGroup(pid, 'SIGTERM'); alive; alive = signalGroup(pid, Date.now() < deadline ? 0 : 'SIGKILL'))
    await sleep(50);
}

/** Sends a signal to a group. Returns whether a process received it. Signal 0 only checks. */
function signalGroup(pid, signal) {
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    throw error;
  }
}
