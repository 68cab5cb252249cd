// Drives Firefox and WebKit over WebDriver. Not over BiDi, under which a worker's own worker sometimes never starts.
import { findXvfb, startDisplay } from './display.mjs';
import { findFirefox, startFirefox } from './firefox.mjs';
import { findWebkit, startWebkit } from './webkit.mjs';

/** The engines other than Chromium, which Playwright drives. */
export const engines = {
  firefox: {
    title: 'Firefox',
    backends: ['wasm', 'webgl', 'webgpu'],
    packages: 'firefox-esr xvfb mesa-vulkan-drivers',
    find: findFirefox,
    start: startFirefox,
  },
  webkit: {
    title: 'WebKit',
    backends: ['wasm', 'webgl'],
    packages: 'webkit2gtk-driver xvfb',
    find: findWebkit,
    start: startWebkit,
  },
};

/** Returns the names of the engines installed on this machine. */
export function installedEngines() {
  return findXvfb() ? Object.keys(engines).filter((name) => engines[name].find()) : [];
}

/** Starts an engine on its own display. */
export async function startEngine(name) {
  const display = await startDisplay();
  try {
    const session = await engines[name].start(display.env);
    await session.send('SetTimeouts', { pageLoad: 300_000, script: 1_200_000 });
    await session.send('SetWindowRect', { x: 0, y: 0, width: 1300, height: 1000 });
    return browserOf(name, session, display);
  } catch (error) {
    await display.close();
    throw error;
  }
}

function browserOf(name, { version, send, close }, display) {
  const find = async (selector) => {
    const element = await send('FindElement', { using: 'css selector', value: selector });
    return { id: Object.values(element)[0] };
  };
  return {
    version: `${engines[name].title} ${version}`,
    goto: (url) => send('Navigate', { url: String(url) }),
    async evaluate(body, ...args) {
      // Firefox runs scripts in a sandbox with its own global scope, which the next script does not see.
      const script = `const globalThis = window;
        const done = arguments[arguments.length - 1];
        const given = Array.prototype.slice.call(arguments, 0, -1);
        Promise.resolve().then(() => (${body})(...given)).then(
          (value) => done({ value }), (error) => done({ error: String(error) }));`;
      const { value, error } = await send('ExecuteAsyncScript', { script, args });
      if (error !== undefined) throw new Error(error);
      return value;
    },
    click: async (selector) => send('ElementClick', await find(selector)),
    type: async (selector, text) => send('ElementSendKeys', { ...(await find(selector)), text }),
    screenshot: async () => Buffer.from(await send('TakeScreenshot', { full: false }), 'base64'),
    async close() {
      await close();
      await display.close();
    },
  };
}
