/** A file of pairs being judged: how far it is, what was found, and the one loop that works on it. */
import { verdictOf, visibleText, type Model, type ParaphraseResult, type SentencePair } from 'albert-web';
import type { Table } from '@albert-web/training/session';
import { isBlank } from '../shared/table-file.ts';
import { text } from '../strings/index.ts';

/** Pairs judged before the pause button is checked again. */
export const chunkSize = 32;

/** `pausing`: asked to, but a chunk is still being judged. */
export type JobPhase = 'idle' | 'judging' | 'pausing';

/** What of a model is needed. */
export type Judge = Pick<Model, 'paraphrases'>;

/** Rows `from` to `from + rows` have been judged; called with no rows when only the phase has changed. */
export type OnJudged = (from: number, rows: number) => void;

/** Judges the rows of a file, chunk by chunk, by one model. */
export class TableJob {
  /** By row. */
  readonly results = new Map<number, ParaphraseResult>();
  /** By row: why it has no verdict. */
  readonly skipped = new Map<number, string>();
  readonly file: Table;
  readonly #columns: readonly [first: number, second: number];
  readonly #onJudged: OnJudged;
  #phase: JobPhase = 'idle';
  #position = 0;
  #milliseconds = 0;
  #judge: Judge | undefined;
  #loop: Promise<void> | undefined;
  #stop = new AbortController();

  constructor(file: Table, columns: readonly [first: number, second: number], onJudged: OnJudged) {
    this.file = file;
    this.#columns = columns;
    this.#onJudged = onJudged;
  }

  get phase(): JobPhase {
    return this.#phase;
  }

  /** The next row to judge. */
  get position(): number {
    return this.#position;
  }

  /** Spent judging. */
  get milliseconds(): number {
    return this.#milliseconds;
  }

  get done(): boolean {
    return this.#position === this.file.rows.length;
  }

  /** Whether `judge` would go on; another model starts at the first row, for verdicts of two models are no column. */
  continuesWith(judge: Judge | undefined): boolean {
    return this.#position > 0 && judge === this.#judge;
  }

  /** Judges what is left. One loop at most works on a job: called again while it does, it gives the same promise. */
  run(judge: Judge): Promise<void> {
    this.#loop ??= this.#work(judge).finally(() => {
      this.#loop = undefined;
      this.#enter('idle');
    });
    return this.#loop;
  }

  /** After the chunk in flight. */
  pause(): void {
    if (this.#phase === 'judging') this.#enter('pausing');
  }

  /** At once: the model is replaced, or another file was opened. The pairs in flight are dropped. */
  stop(): void {
    this.#stop.abort();
  }

  async #work(judge: Judge): Promise<void> {
    if (!this.continuesWith(judge)) this.#startOver(judge);
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.#enter('judging');
    try {
      while (this.#phase === 'judging' && !this.done) await this.#judgeChunk(judge, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #judgeChunk(judge: Judge, signal: AbortSignal): Promise<void> {
    const started = performance.now();
    const from = this.#position;
    const chunk = this.file.rows.slice(from, from + chunkSize);
    const filled = chunk.flatMap((cells, index) => {
      const row = from + index;
      const why = this.#whySkipped(cells);
      if (why) this.skipped.set(row, why);
      const [a = '', b = ''] = this.#columns.map((column) => visibleText(cells[column] ?? ''));
      return why ? [] : [{ row, pair: [a, b] satisfies SentencePair }];
    });
    const results = await judge.paraphrases(
      filled.map(({ pair }) => pair),
      { signal, priority: 'bulk' },
    );
    signal.throwIfAborted();
    filled.forEach(({ row }, index) => {
      const result = results[index];
      if (result && verdictOf(result) !== 'unreadable') this.results.set(row, result);
      else this.skipped.set(row, text.table.skipped.unreadable);
    });
    this.#position = from + chunk.length;
    this.#milliseconds += performance.now() - started;
    this.#onJudged(from, chunk.length);
  }

  #whySkipped(cells: readonly string[]): string | undefined {
    const { columns } = this.file;
    if (isBlank(cells)) return text.table.skipped.blank;
    if (cells.length !== columns.length) return text.table.skipped.cells(cells.length, columns.length);
    const empty = this.#columns.find((column) => !visibleText(cells[column] ?? '').trim());
    return empty === undefined ? undefined : text.table.skipped.empty(columns[empty] ?? '');
  }

  #startOver(judge: Judge): void {
    this.#judge = judge;
    this.results.clear();
    this.skipped.clear();
    this.#position = 0;
    this.#milliseconds = 0;
  }

  #enter(phase: JobPhase): void {
    this.#phase = phase;
    this.#onJudged(this.#position, 0);
  }
}
