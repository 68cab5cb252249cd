/** Tracks whether displayed results are fresh, being updated, outdated, or absent. Every tab uses it for its results. */
import { text } from '../strings/index.ts';
import { make } from './dom.ts';

/** How the contents of an area relate to the current input. The style sheet dims `updating` and `stale`. */
export type Freshness = 'none' | 'updating' | 'stale' | 'fresh';

/** The areas that show the results of one call. */
export class Answer {
  readonly #areas: readonly HTMLElement[];
  readonly #remove: () => void;
  readonly #note = make('p', { className: 'hint answer-note', hidden: true });
  #controller = new AbortController();
  #freshness: Freshness = 'none';

  /**
   * @param areas elements that show results; all are marked alike, and the first gets a line that says they are outdated
   * @param remove empties them
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

  /** Begins a new call: cancels the previous one, and dims the results. */
  begin(): AbortSignal {
    this.#controller.abort();
    this.#controller = new AbortController();
    this.#mark('updating');
    return this.#controller.signal;
  }

  /**
   * Runs a call and shows its outcome. Results of earlier calls are no longer shown.
   *
   * @param call makes the call and shows its results @param fail shows why there are none
   */
  async run(call: (signal: AbortSignal) => Promise<void>, fail: (error: unknown) => void): Promise<void> {
    const signal = this.begin();
    try {
      await call(signal);
      if (!signal.aborted) this.#mark('fresh');
    } catch (error) {
      if (signal.aborted) return;
      this.clear();
      fail(error);
    }
  }

  /** Marks an area as fresh before the others. */
  refresh(area: HTMLElement): void {
    area.dataset['answer'] = 'fresh';
  }

  /** Marks the results as outdated, because the input has changed without a new call. */
  invalidate(): void {
    this.#controller.abort();
    this.#mark(this.#freshness === 'none' || this.#freshness === 'updating' ? 'none' : 'stale');
    if (this.#freshness === 'none') this.#remove();
  }

  /** Removes the results and cancels the call, after an error or without a model. */
  clear(): void {
    this.#controller.abort();
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
