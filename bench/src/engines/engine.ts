/** What is measured: a model on an engine, ready to answer. */
import type { AlbertConfig, RawInputs } from '@albert-web/core';
import type { Checkpoint } from '@albert-web/checkpoints';
import type { ShapeName } from '../model/shapes.ts';
import type { Candidate } from '../report/report.ts';

/** A model in the forms engines take it. */
export interface BenchModel {
  readonly shape: ShapeName;
  readonly config: AlbertConfig;
  readonly f32: Checkpoint;
  /** Every matrix int8, the same rounding for every engine. */
  readonly q8: Checkpoint;
}

/** An engine with a model loaded. */
export interface LoadedModel {
  /** Prepares for inputs of a size, if the engine would otherwise do so in the background. Never part of a timing. */
  readonly prepare?: (batch: number, length: number) => Promise<void>;
  /** Token ids to the logits on the host, `[batch * labels]`. */
  run(inputs: RawInputs): Promise<Float32Array>;
  /** Threads that compute, the caller's included. */
  readonly threads: number;
  /** Runs once and says what each part took (ms); engines whose insides cannot be reached have none. */
  readonly breakDown?: (inputs: RawInputs) => Promise<Readonly<Record<string, number>>>;
  /** The same for the steps of a layer, or of a whole pass, each the best of some runs; where they can be timed one by one. */
  readonly breakDownLayer?: (batch: number, length: number) => Promise<Readonly<Record<string, number>>>;
  dispose(): Promise<void>;
}

/** Where engines find their files, and with how many threads they may run. */
export interface EngineSettings {
  readonly threads: number;
  /** The page's own URL: runtime files lie beside it. */
  readonly baseUrl: string;
}

export type OpenEngine = (candidate: Candidate, model: BenchModel, settings: EngineSettings) => Promise<LoadedModel>;
