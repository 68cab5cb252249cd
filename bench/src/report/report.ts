/** The result of a run, which the page, the runner, the plots and the Markdown all use. */
import type { BackendName, Precision } from '@albert-web/core/spec';
import type { EngineName } from './engines.ts';

/** One way to run a model. */
export interface Candidate {
  readonly engine: EngineName;
  readonly backend: BackendName;
  readonly precision: Precision;
}

/** One candidate on one input. All candidates for an input are measured in turn in the same run. Times are in milliseconds. */
export interface Row extends Candidate {
  /**
   * `forward`: token ids to logits on the host. `pairs`: `batch` sentence pairs from text to logits, including the tokenizer.
   * `load-cold`, `load-cached`: loading the default model until its first verdict, with our cache empty and filled.
   */
  readonly measure: 'forward' | 'pairs' | 'load-cold' | 'load-cached';
  readonly shape: string;
  readonly batch: number;
  /** Tokens per sequence in `forward`; 0 for the others, in which the text determines the length. */
  readonly length: number;
  readonly threads: number;
  /** Whether the page had shared memory (COOP and COEP headers). */
  readonly isolated: boolean;
  readonly medianMs: number;
  readonly p90Ms: number;
  readonly minMs: number;
  readonly runs: number;
  /** In our rows: each peer's median on the same input divided by ours, by `<engine> <precision>`. Above 1, we are faster. */
  readonly ratio: Readonly<Record<string, number>>;
}

/** One part of a call, in milliseconds (median). In other engines, only the tokenizer can be timed separately. */
export interface PartRow extends Candidate {
  readonly shape: string;
  readonly batch: number;
  readonly length: number;
  readonly threads: number;
  readonly part: string;
  readonly medianMs: number;
}

/** Something that could not be measured, and why. */
export interface Skipped {
  readonly what: string;
  readonly why: string;
}

/** How two candidates' outputs differed before they were timed. */
export interface Agreement extends Candidate {
  readonly shape: string;
  /** Largest absolute difference from the logits of the first candidate measured with it: ours, in f32 if that is measured. */
  readonly maxAbsDiff: number;
  /** Cosine of the logits. */
  readonly cosine: number;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
  readonly gpu: string;
}

export interface Report {
  readonly date: string;
  readonly commit: string;
  readonly machine: Machine;
  readonly browser: string;
  readonly rows: readonly Row[];
  readonly parts: readonly PartRow[];
  readonly agreement: readonly Agreement[];
  readonly skipped: readonly Skipped[];
}

/** Returns a candidate's name in `ratio`, tables and legends. */
export function labelOf({ engine, precision }: Pick<Candidate, 'engine' | 'precision'>): string {
  return `${engine} ${precision}`;
}

/** Returns whether two rows of a run are for the same measure, input, backend and threads. */
export function sameInput(a: Row, b: Row): boolean {
  return (
    a.measure === b.measure &&
    a.backend === b.backend &&
    a.shape === b.shape &&
    a.batch === b.batch &&
    a.length === b.length &&
    a.threads === b.threads &&
    a.isolated === b.isolated
  );
}
