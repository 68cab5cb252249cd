/** What there is to know about a model that runs, though not as was asked, or not with all that its files hold. */
import type { Precision } from './spec/precisions.ts';

/** Which note it is, with what it names. The codes are stable. */
export type NoteReason =
  /** One thread runs where more were asked for: the page is not isolated, so memory cannot be shared. */
  | { readonly code: 'not-isolated' }
  /** One thread runs: there is no shared memory for WebAssembly. */
  | { readonly code: 'no-shared-memory' }
  /** One thread runs: the others failed to start. */
  | { readonly code: 'threads-failed' }
  /** 32-bit floats are used: weights overflow the precision that was asked for. */
  | { readonly code: 'weights-overflow'; readonly precision: Precision }
  /** 32-bit floats are used: a call overflowed the precision that was asked for. */
  | { readonly code: 'call-overflowed'; readonly precision: Precision }
  /** 32-bit floats are used: attention scores lie too far apart for the precision that was asked for. */
  | { readonly code: 'scores-too-far-apart'; readonly precision: Precision }
  /** Weights that were quantized in another way, in a file, were quantized again. */
  | { readonly code: 'requantized'; readonly file: string; readonly tensors: readonly string[] }
  /** A file holds a trained head that `config.json` does not name. Naming one of the `classes` uses it. */
  | { readonly code: 'unused-head'; readonly file: string; readonly classes: readonly string[] }
  /** The classes have no names: `same` is taken for "the same". */
  | { readonly code: 'unnamed-classes'; readonly same: string };

/** A note on a model. */
export interface Note {
  /** In English, for people. */
  readonly message: string;
  /** The same for programs. */
  readonly reason: NoteReason;
}
