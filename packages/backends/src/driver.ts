/** What a backend must bring to be chosen: a way to start, and an executor. */
import type { AlbertConfig, BackendName, Head, ModelExecutor, Precision, WeightReader } from '@albert-web/core';

/** How backends are started; all of it is known before the first is tried, so that a fallback sees the same settings. */
export interface BackendSettings {
  /**
   * Where our `.wasm` files are: the folder that holds them, or a function from file name to URL. Default: beside the
   * packages' own files.
   */
  readonly wasmFiles?: string | URL | ((file: string) => string | URL) | undefined;
  /** WASM threads. Default: up to 4; 1 where the page is not cross-origin isolated. */
  readonly threads?: number | undefined;
  /** Which GPU to ask for on machines with two: by WebGPU, for the first model of a page, whose device the others share. */
  readonly powerPreference?: 'low-power' | 'high-performance' | undefined;
  /** Milliseconds after which a probe that hangs is given up. Default 5000. */
  readonly probeTimeout?: number | undefined;
}

/** A model that is to run. */
export interface ModelToRun {
  readonly config: AlbertConfig;
  readonly head: Head;
  /** Embeddings, encoder and head. The embeddings may be read as long as the executor lives; the rest until it is made. */
  readonly weights: WeightReader;
  readonly precision: Precision;
}

/** What a started backend says of itself. */
export interface StartedBackend {
  /** The adapter, renderer or build that runs: for people, not for code. */
  readonly description: string;
  /** Whether the GPU is emulated on the CPU. Absent on backends without a GPU. */
  readonly emulated?: boolean;
  /** Best first. */
  readonly precisions: readonly Precision[];
  /** Compiles ahead what executors for this model start with, where that takes its time. */
  compile?(config: AlbertConfig, head: Head, precision: Precision): Promise<void>;
  /** @throws MissingTensorError, TensorShapeError, NonFiniteWeightError */
  createExecutor(model: ModelToRun): Promise<ModelExecutor>;
}

/** One backend. */
export interface BackendDriver {
  readonly name: BackendName;
  /**
   * Probes the machine and starts what executors need. tfjs's code is loaded only when the probe has succeeded, and its
   * current backend stays what it was.
   *
   * @param acceptSoftware whether a GPU emulated on the CPU (SwiftShader, llvmpipe) will do: correct, slower than WASM.
   * @param givenUp aborted when nobody waits any more: whatever comes then must not be registered.
   * @throws BackendUnavailableError with the reason
   */
  start(settings: BackendSettings, acceptSoftware: boolean, givenUp: AbortSignal): Promise<StartedBackend>;
}

/** A backend that was tried and not taken. */
export interface Rejection {
  readonly backend: BackendName;
  readonly why: string;
}
