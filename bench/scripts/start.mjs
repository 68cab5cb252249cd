/**
 * Times `npm start` until it prints the demo's address: node bench/scripts/start.mjs.
 *
 * Later runs do not install or build again, so only the first run on a fresh clone is meaningful.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const root = path.join(import.meta.dirname, '../..');

/** Starts the demo's server in its own process group, so that npm's children can be ended with it. */
async function start() {
  const started = performance.now();
  const server = spawn('npm', ['start'], { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const { pid } = server;
  if (pid === undefined) throw new Error('npm could not be started');
  for await (const line of createInterface(server.stdout)) {
    if (/Demo\s+http/u.test(line))
      return { seconds: (performance.now() - started) / 1000, stop: () => process.kill(-pid) };
  }
  const [code] = server.exitCode === null ? await once(server, 'exit') : [server.exitCode];
  throw new Error(`npm start ended with code ${code}`);
}

const { seconds, stop } = await start();
stop();
console.log(`npm start to its address: ${seconds.toFixed(1)} s`);
