// Starts a virtual X display, without which Firefox has no WebGL and WebKitGTK does not start.
import { end, findCommand, spawnWithin } from './process.mjs';

export const findXvfb = () => findCommand(['Xvfb']);

export async function startDisplay() {
  // Xvfb chooses a free display number, and writes it to file descriptor 3.
  const args = ['-displayfd', '3', '-screen', '0', '1300x1000x24', '-nolisten', 'tcp'];
  const server = spawnWithin(findXvfb(), args, {}, ['ignore', 'ignore', 'ignore', 'pipe']);
  const number = await new Promise((resolve, reject) => {
    server.stdio[3].once('data', (data) => resolve(String(data).trim()));
    server.once('exit', (code) => reject(new Error(`Xvfb ended with code ${code}`)));
  });
  return { env: { DISPLAY: `:${number}` }, close: () => end(server) };
}
