// Drives WebKitGTK, the closest thing to Safari on Linux, with WebDriver over HTTP.
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { end, findCommand, spawnWithin, until } from './process.mjs';

/** Returns the path of WebKitGTK's MiniBrowser, or undefined. Distributions install it outside `PATH`. */
export function findWebkit() {
  if (!findCommand(['WebKitWebDriver'])) return undefined;
  const folders = ['/usr/libexec', '/usr/lib', ...libraryFolders()];
  const places = folders.map((folder) => path.join(folder, 'webkit2gtk-4.1/MiniBrowser'));
  return places.find((place) => existsSync(place));
}

/** Returns folders such as /usr/lib/x86_64-linux-gnu. */
function libraryFolders() {
  if (!existsSync('/usr/lib')) return [];
  return readdirSync('/usr/lib', { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [path.join('/usr/lib', entry.name)] : [],
  );
}

/** The method and the path of each command, as in W3C WebDriver. */
const routes = {
  DeleteSession: () => ['DELETE', ''],
  SetTimeouts: () => ['POST', '/timeouts'],
  SetWindowRect: () => ['POST', '/window/rect'],
  Navigate: () => ['POST', '/url'],
  ExecuteAsyncScript: () => ['POST', '/execute/async'],
  FindElement: () => ['POST', '/element'],
  ElementClick: ({ id }) => ['POST', `/element/${id}/click`],
  ElementClear: ({ id }) => ['POST', `/element/${id}/clear`],
  ElementSendKeys: ({ id }) => ['POST', `/element/${id}/value`],
  TakeScreenshot: () => ['GET', '/screenshot'],
};

/** Starts WebKitGTK. @param env environment variables, including the display */
export async function startWebkit(env) {
  const port = await freePort();
  // Safari has shared memory in cross-origin isolated pages. In WebKitGTK, this switch enables it.
  const driver = spawnWithin('WebKitWebDriver', [`--port=${port}`], { ...env, JSC_useSharedArrayBuffer: '1' });
  const request = async (method, place, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${place}`, {
      method,
      ...(method === 'POST' && { body: JSON.stringify(body) }),
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  await until('WebKitWebDriver', () => request('GET', '/status'));
  const browserOptions = { binary: findWebkit(), args: ['--automation'] };
  const { sessionId, capabilities } = await request('POST', '/session', {
    capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': browserOptions } },
  });
  const send = (command, parameters = {}) => {
    const [method, place] = routes[command](parameters);
    return request(method, `/session/${sessionId}${place}`, parameters);
  };
  return {
    version: capabilities.browserVersion,
    send,
    async close() {
      await send('DeleteSession').catch(() => undefined);
      await end(driver);
    },
  };
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
