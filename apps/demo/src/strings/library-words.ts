/** Translations of the library's English messages in a language file, by the codes of its reasons and the names of its errors. */
import type { TrainingDataReason } from '@albert-web/training/session';
import type { NoteReason, UnavailableReason } from 'albert-web';

/** All reasons that have a code. */
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
  | 'noMemory'
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

/** The library's messages in a language other than English. */
export interface LibraryWords {
  readonly reasons: {
    readonly [Code in KnownReason['code']]: (reason: Extract<KnownReason, { readonly code: Code }>) => string;
  };
  /** Remedies for problems. They are followed by the library's own message in English. */
  readonly remedies: Readonly<Record<ProblemKind, string>>;
  /** Introduces the library's own message. */
  readonly original: string;
}
