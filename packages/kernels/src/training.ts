/** The training kernels, in a memory of their own, on one or more threads. */
import { messageOf } from '@albert-web/errors';
import { hasRelaxedSimd, hasThreads } from './features.ts';
import { plain, plainThreads, relaxed, relaxedThreads } from './generated/training-modules.ts';
import { Heap } from './heap.ts';
import { codes } from './layouts.ts';
import { createMemory } from './module.ts';
import { addRecord, bytesOf, writeRecord } from './records.ts';
import { mayBlock, startThreads, type Threads } from './threads.ts';

/** An address in the module's memory. */
export type Pointer = number;

/** A kernel of `assembly/training/index.ts`, which lists its arguments. */
export type TrainingKernel = Exclude<keyof typeof codes.TrainingKernel, 'stop'>;

/** The module's exports. */
interface Exports {
  heapStart(): Pointer;
  gemmScratch(): number;
  run(task: Pointer): void;
}

/** The limit of the builds, in pages of 64 KiB: 4 GiB. */
const maxPages = 65536;

/** Maximum number of arguments of a kernel. */
const maxArguments = 24;

/** A started module. */
export class TrainingModule {
  /** Bytes of scratch that `gemm` needs for each thread. */
  readonly gemmScratch: number;
  readonly heap: Heap;
  readonly #exports: Exports;
  readonly #team: Pointer;
  readonly #task: Pointer;
  readonly #args: Pointer;
  #workers: Threads | undefined;
  #failure: Error | undefined;

  private constructor(exports: Exports, memory: WebAssembly.Memory) {
    this.#exports = exports;
    this.heap = new Heap(memory, exports.heapStart(), {
      mebibytes: maxPages / 16,
      remedy: 'Accumulate gradients over smaller batches (--gradient_accumulation_steps), or shorten the rows',
    });
    this.gemmScratch = exports.gemmScratch();
    this.#team = this.heap.allocate(bytesOf('Team'));
    this.#args = this.heap.allocate(8 * maxArguments);
    this.#task = addRecord(this.heap, 'Task', {
      kernel: codes.TrainingKernel.stop,
      team: this.#team,
      args: this.#args,
    });
  }

  /**
   * Starts the build that fits this engine.
   *
   * @param threads including the caller's; more than one needs `hasThreads()`
   * @throws Error if a worker does not start
   */
  static async start(threads: number): Promise<TrainingModule> {
    const threaded = threads > 1 && hasThreads();
    const bytes = hasRelaxedSimd() ? (threaded ? relaxedThreads : relaxed) : threaded ? plainThreads : plain;
    const module = await WebAssembly.compile(decode(bytes));
    const memory = createMemory(threaded, maxPages);
    const env = { memory, now: () => performance.now() };
    const { exports } = await WebAssembly.instantiate(module, { env });
    const started = new TrainingModule(exports as unknown as Exports, memory);
    if (threaded) await started.#startWorkers(module, threads);
    writeRecord(started.heap, 'Team', started.#team, { threads: started.threads, callerSleeps: mayBlock() ? 1 : 0 });
    return started;
  }

  /** The number of threads, including the caller's. */
  get threads(): number {
    return 1 + (this.#workers?.count ?? 0);
  }

  /** Runs a kernel on all threads. @throws Error if one of them fails, now or in an earlier call */
  run(kernel: TrainingKernel, ...args: readonly number[]): void {
    if (this.#failure) throw this.#failure;
    new Float64Array(this.heap.memory.buffer, this.#args, args.length).set(args);
    this.#writeTask(kernel);
    try {
      this.#exports.run(this.#task);
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** Stops the workers. */
  stop(): void {
    this.#workers?.stop();
  }

  async #startWorkers(module: WebAssembly.Module, threads: number): Promise<void> {
    const { memory } = this.heap;
    const writeStop = (): void => this.#writeTask('stop');
    this.#workers = await startThreads({ module, memory, job: this.#task, writeStop }, threads - 1);
    void this.#workers.failed.then((reason) => this.#fail(reason));
  }

  #writeTask(kernel: keyof typeof codes.TrainingKernel): void {
    const record = { kernel: codes.TrainingKernel[kernel], team: this.#team, args: this.#args };
    writeRecord(this.heap, 'Task', this.#task, record);
  }

  #fail(cause: unknown): Error {
    this.stop();
    this.#failure ??= new Error(messageOf(cause), { cause });
    return this.#failure;
  }
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
