/** What is shown of a question: new, being updated, out of date, or nothing. Every tab keeps its results by one of these. */
import { text } from '../strings/index.ts';
import { make } from './dom.ts';

/** How an area's content relates to the input beside it; the style sheet dims the two in the middle. */
export type Freshness = 'none' | 'updating' | 'stale' | 'fresh';

/** One area of results, and the question it answers. */
export class Answer {
  readonly #areas: readonly HTMLElement[];
  readonly #remove: () => void;
  readonly #note = make('p', { className: 'hint answer-note', hidden: true });
  #asking = new AbortController();
  #freshness: Freshness = 'none';

  /**
   * @param areas elements that show results; they are marked alike, and the first gets a line that says they are out of date.
   * @param remove empties them.
   */
  constructor(areas: readonly HTMLElement[], remove: () => void) {
    this.#areas = areas;
    this.#remove = remove;
    areas[0]?.before(this.#note);
    this.#mark('none');
  }

  get freshness(): Freshness {
    return this.#freshness;
  }

  /** The input is about to be asked: what was asked before is canceled, what is shown is dimmed. */
  begin(): AbortSignal {
    this.#asking.abort();
    this.#asking = new AbortController();
    this.#mark('updating');
    return this.#asking.signal;
  }

  /**
   * Asks, and says what became of it. Of an earlier question nothing is shown any more.
   *
   * @param ask shows its results itself. @param fail shows why there are none.
   */
  async ask(ask: (signal: AbortSignal) => Promise<void>, fail: (error: unknown) => void): Promise<void> {
    const signal = this.begin();
    try {
      await ask(signal);
      if (!signal.aborted) this.#mark('fresh');
    } catch (error) {
      if (signal.aborted) return;
      this.clear();
      fail(error);
    }
  }

  /** One of the areas shows the new answer already; the others follow. */
  refresh(area: HTMLElement): void {
    area.dataset['answer'] = 'fresh';
  }

  /** The input has changed, and nobody has asked again: what is shown answers an earlier question. */
  outdate(): void {
    this.#asking.abort();
    this.#mark(this.#freshness === 'none' || this.#freshness === 'updating' ? 'none' : 'stale');
    if (this.#freshness === 'none') this.#remove();
  }

  /** Nothing that was shown holds any more, and nothing is asked: after an error, without a model. */
  clear(): void {
    this.#asking.abort();
    this.#remove();
    this.#mark('none');
  }

  #mark(freshness: Freshness): void {
    this.#freshness = freshness;
    for (const area of this.#areas) {
      area.dataset['answer'] = freshness;
      area.ariaBusy = String(freshness === 'updating');
    }
    this.#note.hidden = freshness !== 'stale';
    this.#note.textContent = text.job.stale;
  }
}
