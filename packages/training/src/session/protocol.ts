/** What the page and the training worker say to each other, over comlink. */
import type { SentLocation } from '@albert-web/boundary';
import type { LoadProgress, ModelLocation } from '@albert-web/checkpoints';
import type { TrainingBackend, WrittenFormat } from '@albert-web/core/spec';
import type { Split } from './dataset.ts';
import type { Settings } from './plan.ts';

/** What is to be trained, on what, and how. */
export interface TrainingJob extends Split {
  /** Where the start weights are; relative URLs are relative to the page. Default: the model of `@albert-web/model-default`. */
  readonly location?: ModelLocation | undefined;
  /** Tried in this order. */
  readonly backends: readonly TrainingBackend[];
  /** The folder of tfjs's `.wasm` files. Default: the one inside the package. */
  readonly wasmFiles?: string | undefined;
  /** Names of the classes, by index. */
  readonly labels: readonly string[];
  readonly settings: Settings;
}

/** A job as it is posted. */
export interface SentTrainingJob extends Omit<TrainingJob, 'location'> {
  readonly location: SentLocation;
}

/** How a model reads one row. */
export interface Prediction {
  /** Index of the most likely class. */
  readonly label: number;
  readonly probability: number;
}

/** The model as it was after a step, on the held-out rows. */
export interface HeldOutResult {
  /** 0: before training. */
  readonly step: number;
  readonly accuracy: number;
  readonly loss: number;
  /** Better than all before it: more rows right, or as many with a lower loss. */
  readonly best: boolean;
  /** In the order of the held-out rows. */
  readonly predictions: readonly Prediction[];
}

/** What happened in the worker. */
export type TrainingEvent =
  | { readonly type: 'loading'; readonly progress: LoadProgress }
  | { readonly type: 'started'; readonly backend: string; readonly steps: number }
  /** `milliseconds` since the step before, an evaluation between them included, pauses not. */
  | { readonly type: 'step'; readonly step: number; readonly loss: number; readonly milliseconds: number }
  | ({ readonly type: 'evaluation' } & HeldOutResult)
  | { readonly type: 'paused' }
  /** The weights are those of this evaluation again. */
  | { readonly type: 'restored'; readonly step: number };

/** How a trained model's weights can be stored. */
export type SavedPrecision = Extract<WrittenFormat, 'f16' | 'q8'>;

/** A file of a model's folder. */
export type SavedFile = readonly [path: string, bytes: Uint8Array<ArrayBuffer>];

/** What the worker answers to. One worker trains one model, once. */
export interface TrainingHost {
  /**
   * Resolves when the last step is done or training was stopped; the model is then evaluated as it is.
   *
   * @throws TrainingDataError, InvalidArgumentError, DivergedError (the weights are then the best ones again), and what
   * loading a model throws.
   */
  train(job: SentTrainingJob, onEvent: (event: TrainingEvent) => void | Promise<void>): Promise<void>;
  /** Before the next step; `paused` tells when. */
  pause(): void;
  resume(): void;
  stop(): void;
  /** While paused or at the end. */
  restoreBest(): void;
  /** A folder that `load` opens; in `f16` Hugging Face transformers too. */
  save(precision: SavedPrecision): Promise<readonly SavedFile[]>;
}
