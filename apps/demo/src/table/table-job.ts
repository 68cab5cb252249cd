/** The job that compares the pairs of a file: its progress, its results, and the loop that works on it. */
import { verdictOf, visibleText, type Model, type ParaphraseResult, type SentencePair } from 'albert-web';
import type { Table } from '@albert-web/training/session';
import { isBlank } from '../shared/table-file.ts';
import { text } from '../strings/index.ts';

/** Number of pairs that are compared before the pause button is checked again. */
export const chunkSize = 32;

/** Phase of a job. `pausing`: a pause was requested, but a chunk is still running. */
export type JobPhase = 'idle' | 'judging' | 'pausing';

/** The methods of a model that are needed. */
export type Judge = Pick<Model, 'paraphrases'>;

/** Called when rows `from` to `from + rows` are done, and with 0 rows when only the phase has changed. */
export type OnJudged = (from: number, rows: number) => void;

/** Compares the pairs of a file, chunk by chunk, with one model. */
export class TableJob {
  /** Results by row. */
  readonly results = new Map<number, ParaphraseResult>();
  /** Reasons why rows have no verdict, by row. */
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

  /** The next row. */
  get position(): number {
    return this.#position;
  }

  /** Milliseconds spent so far, without pauses. */
  get milliseconds(): number {
    return this.#milliseconds;
  }

  get done(): boolean {
    return this.#position === this.file.rows.length;
  }

  /** Whether `judge` would continue the job. Another model starts at the first row, so that all verdicts are from one model. */
  continuesWith(judge: Judge | undefined): boolean {
    return this.#position > 0 && judge === this.#judge;
  }

  /** Processes the remaining rows. Only one loop works on a job: while it runs, further calls return the same promise. */
  run(judge: Judge): Promise<void> {
    this.#loop ??= this.#work(judge).finally(() => {
      this.#loop = undefined;
      this.#enter('idle');
    });
    return this.#loop;
  }

  /** Pauses after the current chunk. */
  pause(): void {
    if (this.#phase === 'judging') this.#enter('pausing');
  }

  /** Stops at once, because the model was replaced or another file was opened. Drops the pairs in flight. */
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
