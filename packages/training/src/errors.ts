import { AlbertError, messageOf, type Explanation } from '@albert-web/errors';

/** The reason why a table cannot be used for training. */
export type TrainingDataReason =
  | { readonly code: 'one-column' }
  | { readonly code: 'same-column'; readonly column: string }
  | { readonly code: 'many-labels'; readonly column: string; readonly labels: number; readonly most: number }
  | { readonly code: 'rare-label'; readonly label: string }
  | { readonly code: 'one-label' }
  | { readonly code: 'no-examples' };

/** Training or evaluation data is in the wrong format, or contains nothing to train on. */
export class TrainingDataError extends AlbertError {
  override readonly name = 'TrainingDataError';
  /** Set for tables used for training in a page; undefined for errors in file formats. */
  override readonly reason: TrainingDataReason | undefined;

  constructor(explanation: Explanation & { readonly reason?: TrainingDataReason }, options?: ErrorOptions) {
    super(explanation, options);
    this.reason = explanation.reason;
  }
}

/** The loss or the gradients became NaN or infinite. The parameters are those of the previous step. */
export class DivergedError extends AlbertError {
  override readonly name = 'DivergedError';

  constructor(step: number, learningRate: number, what: string) {
    super({
      problem: `Training diverged at step ${step}: the ${what} is not a finite number (learning rate ${learningRate.toPrecision(3)})`,
      remedy: 'Lower the learning rate or lengthen the warm-up. The last checkpoint is intact',
    });
  }
}

/** A saved training state does not match the model or the settings. */
export class ResumeError extends AlbertError {
  override readonly name = 'ResumeError';
}

/** The WebAssembly kernels for training, or one of their threads, failed. The trainer cannot be used any more. */
export class TrainingCrashError extends AlbertError {
  override readonly name = 'TrainingCrashError';

  constructor(what: string, cause: unknown) {
    super(
      {
        problem: `The WebAssembly kernels, or one of their threads, ${what} (${messageOf(cause)})`,
        remedy: 'Resume from the last checkpoint, with one thread if it happens again',
      },
      { cause },
    );
  }
}
