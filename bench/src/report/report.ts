/** What a run leaves behind: the page, the runner, the plots and the Markdown all read and write this. */
import type { BackendName, Precision } from '@albert-web/core/spec';
import type { EngineName } from './engines.ts';

/** One way to run a model. */
export interface Candidate {
  readonly engine: EngineName;
  readonly backend: BackendName;
  readonly precision: Precision;
}

/** One candidate on one input, all candidates of the input measured in turn in the same run. Times in milliseconds. */
export interface Row extends Candidate {
  /**
   * `forward`: token ids to logits on the host. `pairs`: `batch` sentence pairs as text to logits, tokenizer included.
   * `load-cold`, `load-cached`: from nothing to a first verdict of the default model, with our cache empty and filled.
   */
  readonly measure: 'forward' | 'pairs' | 'load-cold' | 'load-cached';
  readonly shape: string;
  readonly batch: number;
  /** Tokens a sequence; 0 for all but `forward`, where lengths are the text's own. */
  readonly length: number;
  readonly threads: number;
  /** Whether the page had shared memory (COOP and COEP headers). */
  readonly isolated: boolean;
  readonly medianMs: number;
  readonly p90Ms: number;
  readonly minMs: number;
  readonly runs: number;
  /** Of our rows: `<engine> <precision>` of each peer on the same input, to its median over ours. Above 1 we are faster. */
  readonly ratio: Readonly<Record<string, number>>;
}

/** One part of a call, in milliseconds (median); of other engines only the tokenizer can be reached. */
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
  /** Largest absolute difference of the logits to our f32 on the same backend family. */
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

/** A peer's name in `ratio`, tables and legends. */
export function labelOf({ engine, precision }: Pick<Candidate, 'engine' | 'precision'>): string {
  return `${engine} ${precision}`;
}

/** Whether two rows were measured on the same input in the same run. */
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
