/** What a backend provides: a way to start, and an executor. */
import type {
  AlbertConfig,
  BackendName,
  Head,
  ModelExecutor,
  Precision,
  StoredFormat,
  WeightReader,
} from '@albert-web/core';
import type { WasmStartReason } from '@albert-web/kernels';

/** Settings for starting backends. A fallback gets the same settings as the first choice. */
export interface BackendSettings {
  /**
   * Where our `.wasm` files are: the folder that holds them, or a function from file name to URL. Default: beside the
   * packages' own files.
   */
  readonly wasmFiles?: string | URL | ((file: string) => string | URL) | undefined;
  /** WASM threads. Default: up to 4; 1 where the page is not cross-origin isolated. */
  readonly threads?: number | undefined;
  /** Which GPU WebGPU asks for on machines with two. The first model of a page decides, because later models share its device. */
  readonly powerPreference?: 'low-power' | 'high-performance' | undefined;
  /** Milliseconds until a probe times out. Default 5000. */
  readonly probeTimeout?: number | undefined;
}

/** A model to run. */
export interface ModelToRun {
  readonly config: AlbertConfig;
  readonly head: Head;
  /** Embeddings, encoder and head. The embeddings are read for the executor's lifetime, everything else only while it is created. */
  readonly weights: WeightReader;
  readonly precision: Precision;
  /** Of a larger model that this one stands for, in a self-check: weights are kept as that one's would be. Default: `config`. */
  readonly standsFor?: AlbertConfig;
}

/** What is known of a model while its weights are downloading. */
export interface ModelToCompile extends Omit<ModelToRun, 'weights' | 'standsFor'> {
  /** How most of its weights are stored. */
  readonly storedAs: StoredFormat;
}

/** A backend that has started. */
export interface StartedBackend {
  /** Name of the adapter, renderer or build in use. For display only. */
  readonly description: string;
  /** Whether the GPU is emulated on the CPU. Absent on backends without a GPU. */
  readonly emulated?: boolean;
  /** Best first. */
  readonly precisions: readonly Precision[];
  /** Compiles the kernels that executors for this model need first. Absent where compilation is fast. */
  compile?(model: ModelToCompile): Promise<void>;
  /** @throws MissingTensorError, TensorShapeError, NonFiniteWeightError */
  createExecutor(model: ModelToRun): Promise<ModelExecutor>;
}

/** One backend. */
export interface BackendDriver {
  readonly name: BackendName;
  /**
   * Probes the machine and starts the backend. tfjs is loaded only after the probe succeeds, and its current backend does not
   * change.
   *
   * @param acceptSoftware accept a GPU emulated on the CPU (SwiftShader, llvmpipe). It is correct, but slower than WASM.
   * @param timedOut aborted when the caller stops waiting. A backend that starts later must not register itself.
   * @throws BackendUnavailableError with the reason
   */
  start(settings: BackendSettings, acceptSoftware: boolean, timedOut: AbortSignal): Promise<StartedBackend>;
}

/** Why a backend cannot run on this machine. */
export type UnavailableReason =
  /** `missing`: the browser, Node or this build does not have it. `not-loaded`: a file of it was not. */
  | WasmStartReason
  /** WebGPU found no GPU that it may use. */
  | { readonly code: 'no-adapter' }
  /** The browser or the driver refused the request, or lacks something that is needed. */
  | { readonly code: 'refused' }
  /** The GPU is emulated on the CPU, and slower than WebAssembly. */
  | { readonly code: 'emulated'; readonly device: string }
  /** It did not start, or did not compute the self-check, in time. */
  | { readonly code: 'timeout'; readonly milliseconds: number }
  /** It failed the self-check. */
  | { readonly code: 'wrong-numbers'; readonly device: string }
  /** It cannot compute in the precision that was asked for. */
  | { readonly code: 'precision'; readonly wanted: Precision; readonly available: readonly Precision[] };

/** A backend that was tried and rejected. */
export interface Rejection {
  readonly backend: BackendName;
  /** In English, for people. */
  readonly why: string;
  /** The same for programs; undefined for an error that nobody foresaw. */
  readonly reason: UnavailableReason | undefined;
}
