import { text } from '../strings/index.ts';
import { PageError } from '../shared/errors.ts';

/** The opened files are not a model. */
export class NotAModelError extends PageError {
  override readonly name = 'NotAModelError';

  /** @param names names of the files */
  constructor(names: string) {
    super(text.model.errors.title, text.model.errors.noModel(names));
  }
}
