/** Node threads that a test can kill, as a browser or an out-of-memory killer might, and that it can watch. */
import type * as threads from 'node:worker_threads';

/** Settings that a test makes before workers start, and the workers that have started since. */
export const sabotage = {
  /** Code that replaces the module's `serve`; it has the address `job` and the shared memory as Int32Array `words`. Empty: none. */
  serve: '',
  workers: new Array<threads.Worker>(),
};

/** Returns `node:worker_threads` with workers that use `sabotage`, for `vi.mock`. */
export function sabotaged(actual: typeof threads): typeof threads {
  class SabotagedWorker extends actual.Worker {
    constructor(source: string, options: object) {
      const prefix = `
        const { instantiate } = WebAssembly;
        WebAssembly.instantiate = async (module, imports) => {
          const { exports } = await instantiate(module, imports);
          const words = new Int32Array(imports.env.memory.buffer);
          return { exports: { ...exports, serve: (job) => { ${sabotage.serve} } } };
        };`;
      super((sabotage.serve ? prefix : '') + source, options);
      sabotage.workers.push(this);
    }
  }
  return { ...actual, Worker: SabotagedWorker };
}
