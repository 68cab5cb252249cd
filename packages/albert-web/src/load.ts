/** Starts a host, loads a model in it, and returns the page's interface to it. */
import {
  absoluteUrl,
  installErrorTransfer,
  sendLocation,
  sendOptions,
  sendLocations,
  workerFailure,
  WorkerError,
} from '@albert-web/boundary';
import {
  abortSignal,
  anything,
  callback,
  checkOptions,
  flag,
  otherOptions,
  PendingCalls,
  type AlbertError,
  type Rules,
} from '@albert-web/errors';
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
import * as errorClasses from './errors.ts';
import { atMost, endSoon, remoteModel, resultAfterCallbacks, type Connection, type Model } from './model.ts';
import type { HostInterface } from './protocol.ts';

/** Options of `load` in a page. */
export interface BrowserLoadOptions extends Omit<LoadOptions, 'wasmFiles' | 'cacheFolder'> {
  /** The folder of the `.wasm` files, relative to the page. Default: `wasm/` beside the script. */
  readonly wasmFiles?: string | URL | undefined;
  /** Default true. `false` runs the model in the page itself, which blocks the page during each forward pass. */
  readonly worker?: boolean | undefined;
  /**
   * Called when the model has moved to another device or backend, because a GPU was lost or a WebAssembly thread crashed.
   */
  readonly onBackendChange?: ((info: ModelInfo) => void) | undefined;
  /**
   * Called once when the model has stopped: its worker crashed, or its backend was lost and no other one started. Calls in flight
   * reject with the same error. Dispose the model and load it again.
   */
  readonly onLost?: ((error: AlbertError) => void) | undefined;
}

/** The rules of the options that the page uses itself. `load` of the model checks the others. */
const pageRules: Rules<Pick<BrowserLoadOptions, 'worker' | 'onBackendChange' | 'onLost' | 'signal'>> = {
  worker: flag,
  onBackendChange: callback,
  onLost: callback,
  signal: abortSignal,
  [otherOptions]: anything,
};

/** What differs between the classic script and the module. */
export interface Script {
  /** The script's URL: weights and wasm files are resolved against it. Absent if the wasm files are bundled. */
  readonly url?: string;
  /** The requirements for starting a worker, for error messages. */
  readonly expected?: string;
  /** Whether this script supports service workers; others throw there. */
  readonly inServiceWorker?: boolean;
  /** Absent if the script has no worker. */
  startWorker?(): Worker | Promise<Worker>;
  startInPage(): Promise<MessagePort>;
  /** Imports the module that accesses the cache. */
  loadCache(): Promise<{ readonly isCached: typeof isCached; readonly clearCache: typeof clearCache }>;
}

/** Returns the default model: a package's, or the one beside the script. @throws NoModelError */
export function defaultModel({ url }: Script): URL | PackagedModel {
  const model = registeredModel() ?? (url === undefined ? undefined : new URL('weights/default/', url));
  if (model) return model;
  throw noModel();
}

/**
 * Loads a model.
 *
 * @param location a base URL (relative to the page if not absolute), a Hub id, or dropped files. Default: the model of
 * `@albert-web/model-default` if it was imported, else `weights/default/` beside the script, if the script has a URL.
 * @throws NoModelError, InvalidArgumentError, WorkerError, and what `load` of `@albert-web/tasks` throws; if aborted, the signal's
 * reason. In all these cases, the worker is terminated.
 */
export async function loadInHost(
  script: Script,
  location?: ModelLocation,
  given: BrowserLoadOptions = {},
): Promise<Model> {
  checkOptions(given, pageRules);
  const { worker = true, onBackendChange, onLost, ...options } = given;
  options.signal?.throwIfAborted();
  const model = location ?? defaultModel(script);
  installErrorTransfer(errorClasses);
  const reached = await connect(script, worker);
  const channel = sendOptions({ ...sendLocations(options), ...wasmFolder(script, options.wasmFiles) });
  // A model may report warnings until it is disposed.
  const connection = closingWith(reached, () => channel.release());
  const { calls, remote } = connection;
  try {
    options.signal?.throwIfAborted();
    const loading = remote.load(sendLocation(model), transfer(channel.sent, channel.transfer));
    await resultAfterCallbacks(calls, channel, options.signal, loading);
    return remoteModel(onBackendChange ? await watched(connection, onBackendChange) : connection, onLost);
  } catch (error) {
    // Not immediately: the worker's own workers must exit first, and a host in this thread must release what it was loading.
    void endSoon(connection);
    throw error;
  }
}

/** Returns the location of the `.wasm` files; empty if they are bundled with the script. */
function wasmFolder({ url }: Script, folder: string | URL | undefined): { readonly wasmFiles?: string } {
  const found = folder ?? (url === undefined ? undefined : new URL('wasm/', url));
  return found === undefined ? {} : { wasmFiles: absoluteUrl(found) };
}

async function connect(script: Script, worker: boolean): Promise<Connection> {
  if ('ServiceWorkerGlobalScope' in globalThis && !script.inServiceWorker) {
    throw new WorkerError({
      problem: 'A service worker cannot start workers or import modules dynamically',
      expected: 'Expected the script to run in a page or a worker',
      remedy: 'In a service worker of type module, import load from service-worker.mjs',
    });
  }
  if (!worker || !script.startWorker) return connectPort(await script.startInPage());
  return connectWorker(await script.startWorker(), expectedOf(script));
}

/** Returns the requirements for starting a worker. On another origin, the server must also allow reading its files. */
function expectedOf({ url, expected }: Script): string | undefined {
  if (url === undefined || expected === undefined || isSameOrigin(new URL(url))) return expected;
  return `${expected}, and a server that sends Access-Control-Allow-Origin, since ${new URL(url).origin} is not the page's own`;
}

/** Makes a connection report backend changes until it is closed. */
async function watched(connection: Connection, tell: (info: ModelInfo) => void): Promise<Connection> {
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('message', ({ data }: MessageEvent<ModelInfo>) => tell(data));
  port1.start();
  await connection.calls.guard(connection.remote.watch(transfer(port2, [port2])));
  return closingWith(connection, () => port1.close());
}

/** Returns a connection that also calls `closeMore` when it is closed. */
function closingWith(connection: Connection, closeMore: () => void): Connection {
  const close = (): void => {
    closeMore();
    connection.close();
  };
  return { ...connection, close };
}

function connectWorker(worker: Worker, expected: string | undefined): Connection {
  const calls = new PendingCalls();
  const remote = wrap<HostInterface>(worker);
  const failure = workerFailure(worker, expected);
  let hasFailed = false;
  failure.catch(async (reason: unknown) => {
    hasFailed = true;
    calls.rejectAll(reason);
    // The worker is in an unknown state. Its memory is freed now, not when the page disposes the model. After an uncaught error it
    // still runs, so it can end its threads, which Chromium would leak.
    await atMost(remote.dispose(), crashTimeout);
    worker.terminate();
  });
  const close = (): void => {
    if (!hasFailed) worker.terminate();
  };
  return { remote, calls, failure, close };
}

/** Milliseconds that a crashed worker is given to end its threads. */
const crashTimeout = 2000;

function connectPort(port: MessagePort): Connection {
  port.start();
  return { remote: wrap<HostInterface>(port), calls: new PendingCalls(), close: () => port.close() };
}

/**
 * Starts a worker, even if its script is on another origin: browsers refuse such a URL, but not a blob that imports it. The origin
 * is checked in advance, because Chromium throws for such a URL, whereas Firefox fires `error` later.
 */
export function workerFrom(url: URL, start: () => Worker): Worker {
  return isSameOrigin(url) ? start() : startBlobWorker(url);
}

/** Whether a URL has the page's origin. Files and sandboxed frames have the origin "null", which equals no origin. */
function isSameOrigin({ origin }: URL): boolean {
  return origin === globalThis.origin && origin !== 'null';
}

function startBlobWorker(url: URL): Worker {
  const blob = new Blob([`import ${JSON.stringify(url.href)};`], { type: 'text/javascript' });
  const blobUrl = URL.createObjectURL(blob);
  const worker = new Worker(blobUrl, { type: 'module', name: 'albert' });
  // The browser may fetch the worker's script after this task.
  worker.addEventListener('message', () => URL.revokeObjectURL(blobUrl), { once: true });
  return worker;
}
