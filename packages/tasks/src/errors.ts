import { AlbertError } from '@albert-web/errors';

/** The model has no head for what was asked of it. */
export class UnsupportedTaskError extends AlbertError {
  override readonly name = 'UnsupportedTaskError';

  /** @param task the method that was called. @param has what the model is. @param needs what it would have to be. */
  constructor(task: string, has: string, needs: string) {
    super({
      problem: `This model cannot ${task}: it is ${has}`,
      expected: `Expected ${needs}`,
      remedy: 'Load a model with that head',
    });
  }
}

/** NaN or infinity came out of a model, so it has no answer. */
export class NonFiniteOutputError extends AlbertError {
  override readonly name = 'NonFiniteOutputError';
}
