import { text } from '../strings/index.ts';
import { PageError } from '../shared/errors.ts';

/** Files were opened as a model that cannot be one. */
export class NotAModelError extends PageError {
  override readonly name = 'NotAModelError';

  /** @param names of the files. */
  constructor(names: string) {
    super(text.model.refusals.title, text.model.refusals.noModel(names));
  }
}
