/** Modules that are bundled as text and run from `blob:` URLs. Each is fetched when it is first imported. */

/** The text of each module by its file name. Another module is imported as `"albert-module:<file name>"`. */
export type ModuleTexts = Readonly<Record<string, () => Promise<{ readonly default: string }>>>;

/** Runs such modules. */
export interface BlobModules {
  /** Starts a module as a worker. */
  startWorker(name: string, label: string): Promise<Worker>;
  /** Imports a module into this thread. */
  import(name: string): Promise<unknown>;
}

declare global {
  /** Replaces dynamic imports in the modules' texts. */
  var albertModule: ((name: string) => Promise<unknown>) | undefined;
}

interface ModuleRequest {
  readonly name: string;
  readonly answer: MessagePort;
}

type ModuleAnswer = { readonly url: string } | { readonly problem: string };

/** Runs first in a worker. Dynamic imports request their module from the page, over the port of the first message. */
const workerPrelude = `
const pagePort = new Promise((resolve) => {
  addEventListener('message', (event) => {
    event.stopImmediatePropagation();
    resolve(event.data);
  }, { once: true });
});
globalThis.albertModule = async (name) => {
  const { port1, port2 } = new MessageChannel();
  const answered = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
  (await pagePort).postMessage({ name, answer: port2 }, [port2]);
  const answer = await answered;
  port1.close();
  if (answer.problem) throw new Error(answer.problem);
  return import(answer.url);
};`;

/** Each module gets one URL, so that all importers share one instance. */
export function blobModules(texts: ModuleTexts): BlobModules {
  const urls = new Map<string, Promise<string>>();

  const urlOf = (name: string): Promise<string> => {
    const known = urls.get(name);
    if (known) return known;
    const url = createUrl(name);
    urls.set(name, url);
    // Allows a retry after a failed fetch.
    url.catch(() => urls.delete(name));
    return url;
  };

  const createUrl = async (name: string): Promise<string> => {
    const load = texts[name];
    if (!load) throw new Error(`There is no module ${name}`);
    const { default: text } = await load();
    const imported = Array.from(text.matchAll(/"albert-module:([^"]+)"/gu), ([, file = '']) => file);
    const pairs = await Promise.all([...new Set(imported)].map(async (file) => [file, await urlOf(file)] as const));
    return blobUrl(pairs.reduce((code, [file, url]) => code.replaceAll(`"albert-module:${file}"`, `"${url}"`), text));
  };

  const answer = async ({ data: { name, answer } }: MessageEvent<ModuleRequest>): Promise<void> => {
    const reply: ModuleAnswer = await urlOf(name).then(
      (url) => ({ url }),
      (error: unknown) => ({ problem: String(error) }),
    );
    answer.postMessage(reply, []);
  };

  return {
    startWorker: async (name, label) => {
      const main = blobUrl(`import "${blobUrl(workerPrelude)}"; import "${await urlOf(name)}";`);
      const worker = new Worker(main, { type: 'module', name: label });
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', (event: MessageEvent<ModuleRequest>) => void answer(event));
      port1.start();
      worker.postMessage(port2, [port2]);
      return worker;
    },
    import: async (name) => {
      globalThis.albertModule ??= async (later) => importUrl(await urlOf(later));
      return importUrl(await urlOf(name));
    },
  };
}

/** Keeps bundlers from resolving the URL. */
function importUrl(url: string): Promise<unknown> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ url);
}

function blobUrl(code: string): string {
  return URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
}
