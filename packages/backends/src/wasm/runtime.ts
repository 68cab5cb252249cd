/** A started module: its memory, its kernels and its threads, and the handling of their failures. */
import type { Note } from '@albert-web/core';
import { messageOf } from '@albert-web/errors';
import {
  bytesOf,
  chooseSimd,
  codes,
  compileBuild,
  createMemory,
  defaultThreads,
  hasThreads,
  Heap,
  isIsolated,
  processors,
  startKernels,
  startThreads,
  writeRecord,
  type Kernels,
  type RecordOf,
  type Simd,
  type Threads,
  type WasmFiles,
} from '@albert-web/kernels';
import { WasmCrashError } from '../errors.ts';

/** Options for starting a module. */
export interface RuntimeOptions {
  /** Number of threads, including the caller's. Default: up to 4 if memory can be shared, else 1. */
  readonly threads?: number;
  /** Default: `relaxed` if the engine has it. */
  readonly simd?: Simd;
  /** Where the `.wasm` builds are. Default: next to the modules of `@albert-web/kernels`. */
  readonly wasmFiles?: WasmFiles;
}

/** Returns the number of threads to start, including the caller's. */
async function threadsFor({ threads }: RuntimeOptions): Promise<number> {
  return threads ?? defaultThreads(await processors(), hasThreads());
}

/** Fetches and compiles the build that `Runtime.start` will use with the same options. @throws WasmStartError */
export async function compileAhead(options: RuntimeOptions): Promise<void> {
  const threaded = hasThreads() && (await threadsFor(options)) > 1;
  await compileBuild(options.simd ?? chooseSimd(), threaded, options.wasmFiles);
}

/** A module that runs, alone or with workers. */
export class Runtime {
  readonly #workers: Threads | undefined;
  /** Address of the job record. */
  readonly #job: number;
  #crash: WasmCrashError | undefined;

  private constructor(
    readonly simd: Simd,
    readonly heap: Heap,
    readonly kernels: Kernels,
    /** What differs from the request. */
    readonly notes: readonly Note[],
    job: number,
    workers?: Threads,
  ) {
    this.#job = job;
    this.#workers = workers;
    void workers?.failed.then((reason) => this.#fail(reason));
  }

  /** Starts a module. Falls back to one thread, with a note, if more cannot be started. @throws WasmStartError */
  static async start(options: RuntimeOptions): Promise<Runtime> {
    const simd = options.simd ?? chooseSimd();
    const threads = await threadsFor(options);
    if (threads <= 1) return Runtime.#startSingle(simd, options.wasmFiles, []);
    if (!hasThreads()) {
      return Runtime.#startSingle(simd, options.wasmFiles, [noThreadsNote()]);
    }
    try {
      return await Runtime.#startThreaded(simd, threads, options.wasmFiles);
    } catch (error) {
      const message = `One thread only: threads did not start (${messageOf(error)})`;
      return Runtime.#startSingle(simd, options.wasmFiles, [{ message, reason: { code: 'threads-failed' } }]);
    }
  }

  static async #startSingle(simd: Simd, files: WasmFiles | undefined, notes: Note[]): Promise<Runtime> {
    const memory = createMemory(false);
    const kernels = await startKernels(await compileBuild(simd, false, files), memory);
    const heap = new Heap(memory, kernels.heapStart());
    return new Runtime(simd, heap, kernels, notes, heap.allocate(bytesOf('Job')));
  }

  static async #startThreaded(simd: Simd, threads: number, files: WasmFiles | undefined): Promise<Runtime> {
    const memory = createMemory(true);
    const module = await compileBuild(simd, true, files);
    const kernels = await startKernels(module, memory);
    const heap = new Heap(memory, kernels.heapStart());
    const job = heap.allocate(bytesOf('Job'));
    const stop = { kind: codes.JobKind.stop, pass: 0, weights: 0, input: 0, output: 0 };
    const writeStop = (): void => writeRecord(heap, 'Job', job, stop);
    const workers = await startThreads({ module, memory, job, writeStop }, threads - 1);
    return new Runtime(simd, heap, kernels, [], job, workers);
  }

  /** The number of threads, including the caller's. */
  get threads(): number {
    return 1 + (this.#workers?.count ?? 0);
  }

  /** Does a job on all threads. @throws WasmCrashError if one of them fails, now or in an earlier call */
  run(record: RecordOf<'Job'>): void {
    if (this.#crash) throw this.#crash;
    writeRecord(this.heap, 'Job', this.#job, record);
    try {
      this.kernels.run(this.#job);
    } catch (error) {
      throw this.#fail(error);
    }
  }

  stop(): void {
    this.#workers?.stop();
  }

  #fail(cause: unknown): WasmCrashError {
    this.#workers?.stop();
    this.#crash ??= new WasmCrashError(
      {
        problem: `The WebAssembly module stopped working${this.#workers ? ', or one of its threads did' : ''} (${messageOf(cause)})`,
        remedy: 'Load the model again, with "threads: 1" if it happens again',
      },
      { cause },
    );
    return this.#crash;
  }
}

/** Returns why there is only one thread. A browser may lack shared memory even in an isolated page. */
function noThreadsNote(): Note {
  return isIsolated()
    ? {
        message: 'One thread only: this browser has no shared memory for WebAssembly',
        reason: { code: 'no-shared-memory' },
      }
    : {
        message: 'One thread only: memory cannot be shared here (a page needs COOP and COEP headers)',
        reason: { code: 'not-isolated' },
      };
}
