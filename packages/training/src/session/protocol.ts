/** The protocol between the page and the training worker, over comlink. */
import type { SentLocation } from '@albert-web/boundary';
import type { LoadProgress, ModelLocation } from '@albert-web/checkpoints';
import type { TrainingBackend, WrittenFormat } from '@albert-web/core/spec';
import type { Split } from './dataset.ts';
import type { Settings } from './plan.ts';

/** What to train, on what data, and how. */
export interface TrainingJob extends Split {
  /** Location of the initial weights, relative to the page. Default: the model of `@albert-web/model-default`. */
  readonly location?: ModelLocation | undefined;
  /** Backends to try, in order. */
  readonly backends: readonly TrainingBackend[];
  /** The folder of tfjs's `.wasm` files. Default: the one inside the package. */
  readonly wasmFiles?: string | undefined;
  /** Names of the classes, by index. */
  readonly labels: readonly string[];
  readonly settings: Settings;
}

/** A job, ready to be posted. */
export interface SentTrainingJob extends Omit<TrainingJob, 'location'> {
  readonly location: SentLocation;
}

/** The prediction for a row. */
export interface Prediction {
  /** Index of the most likely class. */
  readonly label: number;
  readonly probability: number;
}

/** An evaluation on the held-out rows after a step. */
export interface HeldOutResult {
  /** 0: before training. */
  readonly step: number;
  readonly accuracy: number;
  readonly loss: number;
  /** Whether it is the best so far: more correct rows, or as many with a lower loss. */
  readonly best: boolean;
  /** In order of the held-out rows. */
  readonly predictions: readonly Prediction[];
}

/** An event in the worker. */
export type TrainingEvent =
  | { readonly type: 'loading'; readonly progress: LoadProgress }
  | { readonly type: 'started'; readonly backend: string; readonly threads: number; readonly steps: number }
  /** `milliseconds` since the previous step, including evaluations but not pauses. */
  | { readonly type: 'step'; readonly step: number; readonly loss: number; readonly milliseconds: number }
  | ({ readonly type: 'evaluation' } & HeldOutResult)
  | { readonly type: 'paused' }
  /** The weights of this evaluation have been restored. */
  | { readonly type: 'restored'; readonly step: number };

/** Precisions for saving a trained model. */
export type SavedPrecision = Extract<WrittenFormat, 'f16' | 'q8'>;

/** A file of a model's folder. */
export type SavedFile = readonly [path: string, bytes: Uint8Array<ArrayBuffer>];

/** The worker's interface. A worker trains one model, once. */
export interface TrainingHost {
  /**
   * Resolves after the last step or when training is stopped, and a final evaluation.
   *
   * @throws TrainingDataError, InvalidArgumentError, DivergedError (the best weights are then restored), and what loading a model
   * throws
   */
  train(job: SentTrainingJob, onEvent: (event: TrainingEvent) => void | Promise<void>): Promise<void>;
  /** Pauses before the next step. The event `paused` confirms it. */
  pause(): void;
  resume(): void;
  stop(): void;
  /** Restores the best weights, while paused or at the end. */
  restoreBest(): void;
  /** The files of a folder for `load`; in `f16` also for Hugging Face transformers. */
  save(precision: SavedPrecision): Promise<readonly SavedFile[]>;
  /** Ends the training and its threads. Resolves when the worker can be terminated. */
  dispose(): Promise<void>;
}
