/** The interface of a backend: how it starts, and how it creates an executor. */
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
   * Where our `.wasm` files are: their folder, or a function from file name to URL. Default: next to the packages' own
   * files.
   */
  readonly wasmFiles?: string | URL | ((file: string) => string | URL) | undefined;
  /** Number of WASM threads. Default: up to 4; 1 if the page is not cross-origin isolated. */
  readonly threads?: number | undefined;
  /** Which GPU WebGPU requests on machines with two. The first model of a page decides, because later models share its device. */
  readonly powerPreference?: 'low-power' | 'high-performance' | undefined;
  /** Milliseconds until a probe times out. Default 5000. */
  readonly probeTimeout?: number | undefined;
}

/** A model to run. */
export interface ModelToRun {
  readonly config: AlbertConfig;
  readonly head: Head;
  /** Embeddings, encoder and head. The embeddings are read for the executor's lifetime, the rest only while it is created. */
  readonly weights: WeightReader;
  readonly precision: Precision;
  /** In a self-check, the larger model that this one stands for: weights are packed as that one's would be. Default: `config`. */
  readonly standsFor?: AlbertConfig;
}

/** What is known about a model while its weights are downloading. */
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
  /** The available precisions, best first. */
  readonly precisions: readonly Precision[];
  /** Compiles the kernels that executors for this model need first. Absent if compilation is fast. */
  compile?(model: ModelToCompile): Promise<void>;
  /** Creates an executor of a model. @throws MissingTensorError, TensorShapeError, NonFiniteWeightError */
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
  /** `missing`: the browser, Node or this build does not have it. `not-loaded`: one of its files could not be loaded. */
  | WasmStartReason
  /** WebGPU found no GPU that it can use. */
  | { readonly code: 'no-adapter' }
  /** The browser or the driver refused the request, or lacks a required feature. */
  | { readonly code: 'refused' }
  /** The GPU is emulated on the CPU, and slower than WebAssembly. */
  | { readonly code: 'emulated'; readonly device: string }
  /** It did not start, or did not finish the self-check, in time. */
  | { readonly code: 'timeout'; readonly milliseconds: number }
  /** It failed the self-check. */
  | { readonly code: 'wrong-numbers'; readonly device: string }
  /** It cannot compute in the requested precision. */
  | { readonly code: 'precision'; readonly wanted: Precision; readonly available: readonly Precision[] };

/** A backend that was tried and rejected. */
export interface Rejection {
  readonly backend: BackendName;
  /** The reason for people, in English. */
  readonly why: string;
  /** The reason for programs; undefined for an unexpected error. */
  readonly reason: UnavailableReason | undefined;
}
