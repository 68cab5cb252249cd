/** The worker pool: threads that share the module's memory and wait inside it for jobs. */
import { runsInNode } from '@albert-web/core/runtime';
import { endWorker, newLifeLock } from './ending.ts';

/** Running threads besides the caller's. */
export interface Threads {
  readonly count: number;
  /** Resolves with the reason when a worker dies before it is stopped. */
  readonly failed: Promise<Error>;
  stop(): void;
}

/** Source of the worker, for pages and Node; small enough to need no file of its own. */
const workerSource = `
const serve = async ({ module, memory, job, thread }, reply) => {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory, now: () => performance.now() } });
  reply('ready');
  try {
    exports.serve(job, thread);
  } catch (error) {
    exports.abandon(job);
    throw error;
  }
};
if (typeof process === 'object') {
  const { parentPort } = require('node:worker_threads');
  parentPort.once('message', (start) => serve(start, (message) => parentPort.postMessage(message)));
} else {
  onmessage = ({ data }) => {
    const start = () => void serve(data, postMessage);
    // Held for as long as this worker lives, so that others can tell when it is gone.
    const live = () => (start(), new Promise(() => undefined));
    if (navigator.locks) navigator.locks.request(data.lifeLock, live).catch(start);
    else start();
  };
}`;

/** Milliseconds after which a worker that does not answer is assumed to be blocked. */
const startTimeout = 10_000;

/** The common interface of a page's Worker and Node's. */
interface Helper {
  send(message: object): void;
  /** Resolves when the worker reports that it is ready, rejects if it fails. */
  readonly ready: Promise<void>;
  /** Resolves with the reason if it fails later. */
  readonly failed: Promise<Error>;
  end(): void;
}

/** The work of a module's threads. */
export interface ThreadedWork {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the record that all threads read. It begins with the job's number, which they wait on. */
  readonly job: number;
  /** Sets the record to tell the threads to stop. */
  readonly writeStop: () => void;
}

/** Starts `count` threads, which wait in `serve`; on failure none is left running. */
export async function startThreads({ module, memory, job, writeStop }: ThreadedWork, count: number): Promise<Threads> {
  const helpers: Helper[] = [];
  const end = (): void => helpers.forEach((helper) => helper.end());
  try {
    for (let thread = 1; thread <= count; thread++) {
      const helper = await createHelper();
      helpers.push(helper);
      helper.send({ module, memory, job, thread });
    }
    await withPatience(Promise.all(helpers.map(({ ready }) => ready)));
  } catch (error) {
    end();
    throw error;
  }
  let stopped = false;
  return {
    count,
    failed: Promise.race(helpers.map(({ failed }) => failed)),
    stop() {
      if (stopped) return;
      stopped = true;
      writeStop();
      const number = new Int32Array(memory.buffer, job, 1);
      Atomics.add(number, 0, 1);
      Atomics.notify(number, 0);
      end();
    },
  };
}

/** Returns whether this thread may sleep until another wakes it: workers and Node may, a page's main thread may not. */
export function mayBlock(): boolean {
  if (typeof SharedArrayBuffer !== 'function') return false;
  try {
    // The values differ, so this returns at once; where waiting is forbidden, it throws first.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
    return true;
  } catch {
    return false;
  }
}

/** Returns the default number of threads: one per processor, up to four. A small model gains nothing from more. */
export function defaultThreads(processors: number, sharedMemory: boolean): number {
  return sharedMemory ? Math.min(4, processors) : 1;
}

/** Returns the number of processors that may be used. */
export async function processors(): Promise<number> {
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } };
  if (navigator?.hardwareConcurrency) return navigator.hardwareConcurrency;
  if (!runsInNode()) return 1;
  const { availableParallelism } = await import('node:os');
  return availableParallelism();
}

async function createHelper(): Promise<Helper> {
  if (runsInNode()) return createNodeHelper();
  const url = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
  const worker = new Worker(url);
  const lifeLock = newLifeLock();
  const failed = new Promise<Error>((resolve) =>
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      resolve(new Error(event.message || 'the worker was blocked'));
    }),
  );
  const ready = readyOrFailed(new Promise((resolve) => worker.addEventListener('message', () => resolve())), failed);
  void ready.finally(() => URL.revokeObjectURL(url)).catch(() => undefined);
  const send = (message: object): void => worker.postMessage({ ...message, lifeLock }, []);
  return { send, ready, failed, end: () => endWorker(worker, lifeLock) };
}

async function createNodeHelper(): Promise<Helper> {
  const { Worker } = await import('node:worker_threads');
  const worker = new Worker(workerSource, { eval: true });
  const failed = new Promise<Error>((resolve) => {
    worker.once('error', resolve);
    worker.once('exit', (code) => resolve(new Error(`the worker ended with code ${code}`)));
  });
  const ready = readyOrFailed(new Promise((resolve) => worker.once('message', () => resolve())), failed);
  // A waiting thread must not keep a finished program alive.
  void ready.then(
    () => worker.unref(),
    () => undefined,
  );
  return { send: (message) => worker.postMessage(message, []), ready, failed, end: () => void worker.terminate() };
}

async function readyOrFailed(ready: Promise<void>, failed: Promise<Error>): Promise<void> {
  const error = await Promise.race([ready, failed]);
  if (error) throw error;
}

async function withPatience(work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${startTimeout / 1000} s`)), startTimeout);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
