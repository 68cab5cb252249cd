// A Vitest browser provider based on `startEngine`. Vitest only needs it to open a page and to close the browser.
import { defineBrowserProvider } from '@vitest/browser';
import { engines, startEngine } from './index.mjs';

/** Creates the provider for `test.browser.provider`. The instance's `browser` is the name of the engine. */
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
