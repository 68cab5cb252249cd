/** What is measured: a model loaded on an engine. */
import type { AlbertConfig, RawInputs } from '@albert-web/core';
import type { Checkpoint } from '@albert-web/checkpoints';
import type { ShapeName } from '../model/shapes.ts';
import type { Candidate } from '../report/report.ts';

/** A model in the forms that the engines accept. */
export interface BenchModel {
  readonly shape: ShapeName;
  readonly config: AlbertConfig;
  readonly f32: Checkpoint;
  /** Every matrix in int8, rounded in the same way for every engine. */
  readonly q8: Checkpoint;
}

/** An engine with a model loaded. */
export interface LoadedModel {
  /** Prepares for inputs of a size, if the engine would otherwise do so in the background. Never part of a timing. */
  readonly prepare?: (batch: number, length: number) => Promise<void>;
  /** Computes the logits on the host, `[batch * labels]`, from token ids. */
  run(inputs: RawInputs): Promise<Float32Array>;
  /** Number of threads that compute, including the caller's. */
  readonly threads: number;
  /** Runs once and returns the time of each part (ms). Absent for engines whose parts cannot be timed. */
  readonly breakDown?: (inputs: RawInputs) => Promise<Readonly<Record<string, number>>>;
  /** The same for the steps of a layer or of a whole pass, each the best of several runs. Absent if they cannot be timed one by one. */
  readonly breakDownLayer?: (batch: number, length: number) => Promise<Readonly<Record<string, number>>>;
  dispose(): Promise<void>;
}

/** Where engines find their files, and how many threads they may use. */
export interface EngineSettings {
  readonly threads: number;
  /** The page's own URL; runtime files are relative to it. */
  readonly baseUrl: string;
}

export type OpenEngine = (candidate: Candidate, model: BenchModel, settings: EngineSettings) => Promise<LoadedModel>;
