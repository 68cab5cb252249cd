import { AlbertError, type Explanation } from '@albert-web/errors';

/** An error of the page's own. Unlike the library's, its message is in the page's language. */
export class PageError extends AlbertError {
  override readonly name: string = 'PageError';

  /** @param title a sentence that sums it up, for places that have one. */
  constructor(
    readonly title: string,
    explanation: Explanation,
    options?: ErrorOptions,
  ) {
    super(explanation, options);
  }
}
