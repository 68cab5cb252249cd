/** Notes about a model that runs, but not exactly as requested, or not with everything its files contain. */
import type { Precision } from './spec/precisions.ts';

/** The kind of a note, with its details. The codes are stable. */
export type NoteReason =
  /** One thread runs although more were requested: the page is not isolated, so memory cannot be shared. */
  | { readonly code: 'not-isolated' }
  /** One thread runs: WebAssembly has no shared memory here. */
  | { readonly code: 'no-shared-memory' }
  /** One thread runs: the others failed to start. */
  | { readonly code: 'threads-failed' }
  /** 32-bit floats are used: weights overflow the requested precision. */
  | { readonly code: 'weights-overflow'; readonly precision: Precision }
  /** 32-bit floats are used: a call overflowed the requested precision. */
  | { readonly code: 'call-overflowed'; readonly precision: Precision }
  /** 32-bit floats are used: attention scores lie too far apart for the requested precision. */
  | { readonly code: 'scores-too-far-apart'; readonly precision: Precision }
  /** Weights in a file that were quantized in another way have been quantized again. */
  | { readonly code: 'requantized'; readonly file: string; readonly tensors: readonly string[] }
  /** A file holds a trained head that `config.json` does not name. Naming one of the `classes` uses it. */
  | { readonly code: 'unused-head'; readonly file: string; readonly classes: readonly string[] }
  /** The classes have no names: `same` is assumed to mean "the same". */
  | { readonly code: 'unnamed-classes'; readonly same: string };

/** A note on a model. */
export interface Note {
  /** The note for people, in English. */
  readonly message: string;
  /** The note for programs. */
  readonly reason: NoteReason;
}
