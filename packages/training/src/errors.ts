import { AlbertError } from '@albert-web/errors';

/** A file of training or evaluation data is not in the format its task has, or holds nothing to train on. */
export class TrainingDataError extends AlbertError {
  override readonly name = 'TrainingDataError';
}

/** The loss or the gradients became NaN or infinite. The parameters are still those of the step before. */
export class DivergedError extends AlbertError {
  override readonly name = 'DivergedError';

  constructor(step: number, learningRate: number, what: string) {
    super({
      problem: `Training diverged at step ${step}: the ${what} is not a finite number (learning rate ${learningRate.toPrecision(3)})`,
      remedy: 'Lower the learning rate or lengthen the warm-up. The last checkpoint is intact',
    });
  }
}

/** A saved training state does not belong to the model or the settings it is to be resumed with. */
export class ResumeError extends AlbertError {
  override readonly name = 'ResumeError';
}
