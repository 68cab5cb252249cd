import type { Rejection } from '@albert-web/backends';
import type { Note, NoteReason, Precision } from '@albert-web/core';
import { AlbertError } from '@albert-web/errors';

/** The model has no head for the requested task. */
export class UnsupportedTaskError extends AlbertError {
  override readonly name = 'UnsupportedTaskError';

  /** @param task the task, after "cannot". @param has what the model is. @param needs what it would have to be. */
  constructor(task: string, has: string, needs: string) {
    super({
      problem: `This model cannot ${task}: it is ${has}`,
      expected: `Expected ${needs}`,
      remedy: 'Load a model with that head',
    });
  }
}

/** An output of a model contains NaN or infinity, so there is no result. */
export class NonFiniteOutputError extends AlbertError {
  override readonly name = 'NonFiniteOutputError';
}

/** Why a model does not run in the requested precision. */
export type PrecisionReason = Extract<NoteReason, { readonly precision: Precision }>;

/** The reason in words. The name of the precision follows. */
const unfit: Readonly<Record<PrecisionReason['code'], string>> = {
  'weights-overflow': 'its weights overflow',
  'call-overflowed': 'a call overflowed',
  'scores-too-far-apart': 'its attention scores lie too far apart for',
};

/** The model runs in 32-bit floats, because its numbers do not fit the precision in which it was loaded. */
export class PrecisionWarning extends AlbertError {
  override readonly name = 'PrecisionWarning';
  override readonly reason: PrecisionReason;

  /** @param code why the precision cannot be used. */
  constructor(precision: Precision, code: PrecisionReason['code']) {
    super({
      problem: `The model runs in f32: ${unfit[code]} ${precision}`,
      remedy: "Load it with precision: 'f32' to skip the failed attempt",
    });
    this.reason = { code, precision };
  }
}

/** The classes of a classifier have no names, so a verdict on paraphrases relies on their order. */
export class UnnamedClassesWarning extends AlbertError {
  override readonly name = 'UnnamedClassesWarning';
  override readonly reason: Extract<NoteReason, { readonly code: 'unnamed-classes' }>;

  /** @param same the class that is assumed to mean "the same" */
  constructor(same: string) {
    super({
      problem: `The classes of this model have no names: ${same} is taken for "the same", as in MRPC, QQP and PAWS`,
      expected: 'If the model was trained on something else, its verdicts on paraphrases mean nothing',
      remedy: 'Name the classes in id2label of config.json, as in {"0": "different", "1": "same"}',
    });
    this.reason = { code: 'unnamed-classes', same };
  }
}

/** Embeddings of this model are compared, although it was not trained for that. */
export class NoSentenceEncoderWarning extends AlbertError {
  override readonly name = 'NoSentenceEncoderWarning';

  constructor() {
    super({
      problem:
        'This model is not a sentence encoder, so its embeddings say little about meaning: search and mining often find the wrong texts',
      expected: 'Expected a folder with modules.json, as sentence-transformers saves it',
      remedy: 'Load a sentence encoder, such as weights/sentence',
    });
  }
}

/** Every faster backend was rejected, so the model runs in plain JavaScript, many times slower. */
export class CpuFallbackWarning extends AlbertError {
  override readonly name = 'CpuFallbackWarning';

  constructor(readonly rejected: readonly Rejection[]) {
    super({
      problem: `The model falls back to cpu, which is many times slower (${rejected.map(({ backend, why }) => `${backend}: ${why}`).join('; ')})`,
      remedy: "Look at why wasm was rejected; load with backend: 'wasm' to get an error in its place",
    });
  }
}

/** Converts a warning to a note of the model. */
export const noteOf = ({ message, reason }: PrecisionWarning | UnnamedClassesWarning): Note => ({ message, reason });
