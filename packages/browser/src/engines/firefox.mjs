// Drives Firefox over Marionette, the protocol that geckodriver uses: WebDriver's commands as JSON on a socket. No driver is needed.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { end, findCommand, spawnWithin, until } from './process.mjs';

/** Returns the path of a Firefox, or undefined. */
export const findFirefox = () => findCommand(['firefox-esr', 'firefox']);

const preferences = {
  'marionette.port': 0,
  // On by default only on Windows and macOS.
  'dom.webgpu.enabled': true,
  'gfx.webgpu.ignore-blocklist': true,
  // Prevents requests that no test made.
  'app.normandy.enabled': false,
  'app.update.auto': false,
  'datareporting.policy.dataSubmissionEnabled': false,
};

/**
 * Starts Firefox. `FIREFOX_PREFERENCES` may contain more preferences as JSON: `{"javascript.options.wasm_relaxed_simd":false}`.
 *
 * @param env environment variables, including the display
 */
export async function startFirefox(env) {
  const profile = await mkdtemp(path.join(tmpdir(), 'firefox-'));
  const wanted = { ...preferences, ...JSON.parse(process.env.FIREFOX_PREFERENCES ?? '{}') };
  const lines = Object.entries(wanted).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
  await writeFile(path.join(profile, 'user.js'), lines.join('\n'));
  const args = ['--marionette', '--no-remote', '--profile', profile];
  const browser = spawnWithin(findFirefox(), args, { ...env, MOZ_ENABLE_WAYLAND: '0' });
  const portFile = path.join(profile, 'MarionetteActivePort');
  const send = connectMarionette(await until('Firefox', async () => Number(await readFile(portFile, 'utf8'))));
  const { capabilities } = await send('WebDriver:NewSession', {});
  return {
    version: capabilities.browserVersion,
    send: (command, parameters) => send(`WebDriver:${command}`, parameters),
    async close() {
      await end(browser);
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * Connects to Firefox. A message is its length in bytes, a colon, and JSON: `[0, id, command, parameters]` out,
 * `[1, id, error, result]` back.
 */
function connectMarionette(port) {
  const socket = connect(port, '127.0.0.1');
  const waiting = new Map();
  const receive = (message) => {
    // The first message is a greeting.
    if (!Array.isArray(message)) return;
    const [, id, error, result] = message;
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(`${error.error}: ${error.message}`));
    else resolve('value' in result ? result.value : result);
  };
  let received = Buffer.alloc(0);
  socket.on('data', (data) => {
    received = Buffer.concat([received, data]);
    for (;;) {
      const start = received.indexOf(':') + 1;
      const stop = start + Number(received.subarray(0, start - 1));
      if (start === 0 || received.length < stop) return;
      const text = received.toString('utf8', start, stop);
      received = received.subarray(stop);
      receive(JSON.parse(text));
    }
  });
  const fail = (cause) => {
    for (const { reject } of waiting.values()) reject(new Error('Firefox closed the connection', { cause }));
    waiting.clear();
  };
  socket.on('error', fail);
  socket.on('close', () => fail());
  let lastId = 0;
  return (command, parameters = {}) =>
    new Promise((resolve, reject) => {
      const message = JSON.stringify([0, ++lastId, command, parameters]);
      waiting.set(lastId, { resolve, reject });
      socket.write(`${Buffer.byteLength(message)}:${message}`);
    });
}
