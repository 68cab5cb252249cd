/** Threads of Node that die, made to, as a browser or an out-of-memory killer might; and threads that a test watches. */
import type * as threads from 'node:worker_threads';

/** What a test sets before workers start, and those that have started since. */
export const sabotage = {
  /** Code in place of the module's `serve`; it sees the address `job` and the shared memory as the Int32Array `words`. Empty: none. */
  serve: '',
  workers: new Array<threads.Worker>(),
};

/** `node:worker_threads` with workers that obey `sabotage`; for `vi.mock`. */
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
