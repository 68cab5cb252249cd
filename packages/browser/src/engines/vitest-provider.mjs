// A Vitest browser provider over `startEngine`: what Vitest asks of one is to open a page and to close the browser.
import { defineBrowserProvider } from '@vitest/browser';
import { engines, startEngine } from './index.mjs';

/** The provider for `test.browser.provider`; the instance's browser is the engine's name. */
export const engineProvider = () =>
  defineBrowserProvider({
    name: 'engine',
    supportedBrowser: Object.keys(engines),
    providerFactory: (project) => new EngineProvider(project.config.browser.name),
  });

class EngineProvider {
  name = 'engine';
  supportsParallelism = false;
  initScripts = [];
  #engine;
  #browser;

  constructor(engine) {
    this.#engine = engine;
  }

  getCommandsContext() {
    return {};
  }

  async openPage(_session, url) {
    this.#browser ??= startEngine(this.#engine);
    await (await this.#browser).goto(url);
  }

  async close() {
    await (await this.#browser)?.close();
  }
}
