/** A fake worker behind a port, which fails after its model was loaded. */
import { NoModelError } from '@albert-web/checkpoints';
import { InvalidArgumentError, type AlbertError } from '@albert-web/errors';
import { expose } from 'comlink';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaultModel, loadInHost, workerFrom, type Script } from './load.ts';

const registry = Symbol.for('albert-web.default-model');

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  Reflect.deleteProperty(globalThis, registry);
});

it('uses the model that a package registered, else the one beside the script, else none', () => {
  const beside: Pick<Script, 'url'> = { url: 'https://cdn.example/albert.js' };
  expect(defaultModel(beside as Script)).toEqual(new URL('https://cdn.example/weights/default/'));
  expect(() => defaultModel({} as Script)).toThrow(NoModelError);
  const model = { name: 'a-model', texts: {}, urls: {} };
  Object.assign(globalThis, { [registry]: model });
  expect(defaultModel(beside as Script)).toBe(model);
  expect(defaultModel({} as Script)).toBe(model);
});

it.each([
  [null, 'The options are null'],
  ['wasm', 'The options are "wasm"'],
  [{ worker: 'no' }, 'worker is "no". Expected true or false'],
  [{ onLost: true }, 'onLost is true. Expected a function'],
  [{ onBackendChange: 1 }, 'onBackendChange is 1. Expected a function'],
  [{ signal: {} }, 'signal is {}. Expected an AbortSignal'],
])('rejects the options %j before it starts a worker', async (options, message) => {
  const startWorker = vi.fn<() => Worker>();
  const loading = loadInHost(
    { url: 'http://localhost/albert.js', startWorker } as unknown as Script,
    '/',
    options as never,
  );
  await expect(loading).rejects.toThrow(InvalidArgumentError);
  await expect(loading).rejects.toThrow(message);
  expect(startWorker).not.toHaveBeenCalled();
});

it('terminates a failed worker after its threads have ended, and disposes its model without an error', async () => {
  vi.stubGlobal('location', { href: 'http://localhost/' });
  const { port1, port2 } = new MessageChannel();
  const terminate = vi.fn<() => void>();
  const worker = Object.assign(port1, { terminate }) as unknown as Worker;
  port1.start();
  const dispose = vi.fn<() => void>();
  expose({ load: () => undefined, call: () => new Promise(() => undefined), dispose }, port2);
  const script: Pick<Script, 'url' | 'startWorker'> = { url: 'http://localhost/albert.js', startWorker: () => worker };

  const onLost = vi.fn<(error: AlbertError) => void>();
  const model = await loadInHost(script as Script, undefined, { onLost });
  const asked = model.paraphrase('one', 'two');
  expect(terminate).not.toHaveBeenCalled();
  worker.dispatchEvent(new Event('error', { cancelable: true }));
  await expect(asked).rejects.toMatchObject({ name: 'WorkerError' });
  await vi.waitFor(() => expect(terminate).toHaveBeenCalledOnce());
  expect(onLost.mock.calls).toEqual([[expect.objectContaining({ name: 'WorkerError' })]]);
  expect(dispose).toHaveBeenCalledOnce();
  await expect(model.dispose()).resolves.toBeUndefined();
  expect(terminate).toHaveBeenCalledOnce();
  port1.close();
  port2.close();
});

it.each([
  [
    'https://cdn.example/albert.js',
    /beside the script, and a server that sends Access-Control-Allow-Origin, since https:\/\/cdn\.example/u,
  ],
  ['http://localhost/albert.js', /beside the script\. Serve/u],
])('the error says what the worker of %s needs to start', async (url, message) => {
  vi.stubGlobal('location', { href: 'http://localhost/' });
  vi.stubGlobal('origin', 'http://localhost');
  const { port1, port2 } = new MessageChannel();
  const worker = Object.assign(port1, { terminate: () => undefined }) as unknown as Worker;
  const script: Script = {
    url,
    expected: 'Expected albert-worker.mjs beside the script',
    startWorker: () => worker,
    startInPage: () => Promise.reject(new Error('not asked for')),
    loadCache: () => Promise.reject(new Error('not asked for')),
  };
  const loading = loadInHost(script);
  setTimeout(() => worker.dispatchEvent(new Event('error', { cancelable: true })));
  await expect(loading).rejects.toThrow(message);
  port1.close();
  port2.close();
});

describe('a worker', () => {
  /** Like Firefox, whose constructor accepts a URL of another origin and fires `error` later. */
  class FakeWorker extends EventTarget {
    static readonly started: [url: string, options: WorkerOptions][] = [];
    constructor(url: string, options: WorkerOptions) {
      super();
      FakeWorker.started.push([url, options]);
    }
  }

  /** Returns the contents of the worker's blob; undefined if it is started from its own URL. */
  async function textOfBlob(page: string, script: string): Promise<string | undefined> {
    vi.stubGlobal('origin', new URL(page).origin);
    vi.stubGlobal('Worker', FakeWorker);
    FakeWorker.started.length = 0;
    const blobs: Blob[] = [];
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      blobs.push(blob as Blob);
      return 'blob:worker';
    });
    const start = vi.fn<() => Worker>(() => new FakeWorker(script, {}) as unknown as Worker);
    workerFrom(new URL(script), start);
    if (start.mock.calls.length > 0) return undefined;
    expect(FakeWorker.started).toEqual([['blob:worker', { type: 'module', name: 'albert' }]]);
    return blobs[0]?.text();
  }

  it("starts from its own URL if it has the page's origin", async () => {
    expect(await textOfBlob('https://site.example/a/', 'https://site.example/albert/worker.js')).toBeUndefined();
  });

  it.each([
    ['another origin', 'https://site.example/', 'https://cdn.example/worker.js'],
    ['another port', 'http://localhost:80/', 'http://localhost:8080/worker.js'],
    ['a file, which has no origin', 'file:///page.html', 'file:///worker.js'],
  ])('is imported by a blob from %s', async (_what, page, script) => {
    expect(await textOfBlob(page, script)).toBe(`import "${script}";`);
  });
});
