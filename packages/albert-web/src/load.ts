/** Starts a host, loads a model there, and hands out the page's side of it. */
import {
  absoluteUrl,
  installErrorTransfer,
  sendLocation,
  sendPlaces,
  workerFailure,
  WorkerError,
} from '@albert-web/boundary';
import type { LoadOptions, ModelInfo } from '@albert-web/tasks';
import {
  noModel,
  registeredModel,
  type clearCache,
  type isCached,
  type ModelLocation,
  type PackagedModel,
} from '@albert-web/checkpoints';
import { transfer, wrap } from 'comlink';
import { endSoon, remoteModel, withLine, type Connection, type Model } from './model.ts';
import { OpenCalls } from './open-calls.ts';
import type { HostInterface } from './protocol.ts';

/** How a page loads a model: what `load` of `@albert-web/tasks` takes, and where it runs. */
export interface BrowserLoadOptions extends Omit<LoadOptions, 'wasmFiles' | 'cacheFolder'> {
  /** The folder of the `.wasm` files, relative to the page. Default: `wasm/` beside the script. */
  readonly wasmFiles?: string | URL | undefined;
  /** Default true. `false` runs the model in the page itself, which stands still while it works. */
  readonly worker?: boolean | undefined;
  /**
   * Called when the model runs on something else than before: a GPU was lost, or a WebAssembly thread crashed, and it went on
   * on another device or the next backend.
   */
  readonly onBackendChange?: ((info: ModelInfo) => void) | undefined;
}

/** What the classic script and the module do differently. */
export interface Script {
  /** The script's own address: weights and wasm files are found relative to it. Absent: it brings its own wasm files. */
  readonly url?: string;
  /** What a worker that does not start was missing, for its error. */
  readonly expected?: string;
  /** Whether this script runs in service workers; the others are refused there. */
  readonly inServiceWorker?: boolean;
  /** Absent: there is no worker to start. */
  startWorker?(): Worker | Promise<Worker>;
  startInPage(): Promise<MessagePort>;
  /** Imports what tells which models are kept. */
  loadCache(): Promise<{ readonly isCached: typeof isCached; readonly clearCache: typeof clearCache }>;
}

/** The model that is loaded when none is named: a package's, or the one beside the script. @throws NoModelError */
export function defaultModel({ url }: Script): URL | PackagedModel {
  const model = registeredModel() ?? (url === undefined ? undefined : new URL('weights/default/', url));
  if (model) return model;
  throw noModel();
}

/**
 * Loads a model.
 *
 * @param location a base URL (relative ones to the page), a Hub id, or dropped files; default: the model of
 * `@albert-web/model-default` where that was imported, else `weights/default/` beside the script, where there is one.
 * @throws NoModelError, InvalidArgumentError, WorkerError, and what `load` of `@albert-web/tasks` throws; or the signal's reason. No worker is left then.
 */
export async function loadInHost(
  script: Script,
  location?: ModelLocation,
  { worker = true, onBackendChange, ...options }: BrowserLoadOptions = {},
): Promise<Model> {
  options.signal?.throwIfAborted();
  const model = location ?? defaultModel(script);
  installErrorTransfer();
  const connection = await connect(script, worker);
  try {
    const plain = { ...sendPlaces(options), ...wasmFolder(script, options.wasmFiles) };
    await withLine(connection, plain, (sent, ports) =>
      connection.remote.load(sendLocation(model), transfer(sent, ports)),
    );
    return remoteModel(onBackendChange ? await watched(connection, onBackendChange) : connection);
  } catch (error) {
    // Soon, not at once: a worker ends when its own workers are gone, and a host in this thread lets go of what it was loading.
    void endSoon(connection);
    throw error;
  }
}

/** Where the `.wasm` files are; nothing where the script brings them. */
function wasmFolder({ url }: Script, folder: string | URL | undefined): { readonly wasmFiles?: string } {
  const found = folder ?? (url === undefined ? undefined : new URL('wasm/', url));
  return found === undefined ? {} : { wasmFiles: absoluteUrl(found) };
}

async function connect(script: Script, worker: boolean): Promise<Connection> {
  if ('ServiceWorkerGlobalScope' in globalThis && !script.inServiceWorker) {
    throw new WorkerError({
      problem: 'A service worker may start no worker, and import no code later',
      expected: 'Expected the script to run in a page or a worker',
      remedy: 'In a service worker of type module, import load from service-worker.mjs',
    });
  }
  if (!worker || !script.startWorker) return connectPort(await script.startInPage());
  return connectWorker(await script.startWorker(), script.expected);
}

/** The same connection, which tells of changes until it is closed. */
async function watched(connection: Connection, tell: (info: ModelInfo) => void): Promise<Connection> {
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('message', ({ data }: MessageEvent<ModelInfo>) => tell(data));
  port1.start();
  await connection.calls.guard(connection.remote.watch(transfer(port2, [port2])));
  const close = (): void => {
    port1.close();
    connection.close();
  };
  return { ...connection, close };
}

function connectWorker(worker: Worker, expected: string | undefined): Connection {
  const calls = new OpenCalls();
  const close = (): void => worker.terminate();
  workerFailure(worker, expected).catch((reason: unknown) => {
    calls.refuse(reason);
    // Nobody can tell any more what it still does; its memory comes back now, not when the page lets go of the model.
    close();
  });
  return { remote: wrap<HostInterface>(worker), calls, close };
}

function connectPort(port: MessagePort): Connection {
  port.start();
  return { remote: wrap<HostInterface>(port), calls: new OpenCalls(), close: () => port.close() };
}

/**
 * Starts a worker, also where its script is on another origin: browsers refuse such a URL, but not a blob that imports it.
 * Decided by the origin, because Chromium throws for such a URL where Firefox fires `error` later.
 */
export function workerFrom(url: URL, start: () => Worker): Worker {
  // A file and a sandboxed frame have the origin "null", and nothing is of the same origin there.
  const sameOrigin = url.origin === globalThis.origin && url.origin !== 'null';
  return sameOrigin ? start() : startBlobWorker(url);
}

function startBlobWorker(url: URL): Worker {
  const blob = new Blob([`import ${JSON.stringify(url.href)};`], { type: 'text/javascript' });
  const blobUrl = URL.createObjectURL(blob);
  const worker = new Worker(blobUrl, { type: 'module', name: 'albert' });
  // The browser may fetch a worker's script after this turn.
  worker.addEventListener('message', () => URL.revokeObjectURL(blobUrl), { once: true });
  return worker;
}
