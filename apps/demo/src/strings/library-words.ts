/** What the library says in English, as a language file says it: by the codes of its reasons and the names of its errors. */
import type { TrainingDataReason } from '@albert-web/training/session';
import type { NoteReason, UnavailableReason } from 'albert-web';

/** Every reason that has a code. */
export type KnownReason = UnavailableReason | NoteReason | TrainingDataReason;

/** Kinds of problems, each with a title in `problems`. */
export type ProblemKind =
  | 'missingFile'
  | 'notOnHub'
  | 'unreadable'
  | 'notCleared'
  | 'damaged'
  | 'unsafe'
  | 'unknownModel'
  | 'badWeights'
  | 'badTokenizer'
  | 'noBackend'
  | 'lost'
  | 'noWorker'
  | 'unsupported'
  | 'noNumber'
  | 'badInput'
  | 'replaced'
  | 'notTrainable'
  | 'diverged'
  | 'trainingStopped';

/** The library's words in a language other than English. */
export interface LibraryWords {
  readonly reasons: {
    readonly [Code in KnownReason['code']]: (reason: Extract<KnownReason, { readonly code: Code }>) => string;
  };
  /** What to do about a problem. What the library itself says follows, in English. */
  readonly remedies: Readonly<Record<ProblemKind, string>>;
  /** Introduces what the library itself says. */
  readonly original: string;
}
