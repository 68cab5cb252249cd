import { AlbertError } from '@albert-web/errors';

/** Training or evaluation data is in the wrong format, or contains nothing to train on. */
export class TrainingDataError extends AlbertError {
  override readonly name = 'TrainingDataError';
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
