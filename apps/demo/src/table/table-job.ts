/** A file of pairs being judged: how far it is, what was found, and the one loop that works on it. */
import type { Model, ParaphraseResult, SentencePair } from 'albert-web';
import type { DelimitedFile } from './delimited.ts';

/** Pairs judged between two looks at the pause button. */
export const chunkSize = 32;

/** `pausing`: asked to, but a chunk is still being judged. */
export type JobPhase = 'idle' | 'judging' | 'pausing';

/** What of a model is needed. */
export type Judge = Pick<Model, 'paraphrases'>;

/** Rows `from` to `from + rows` have been judged; called with no rows when only the phase has changed. */
export type OnJudged = (from: number, rows: number) => void;

/** Judges the rows of a file, chunk by chunk, by one model. */
export class TableJob {
  /** By row; what cannot be judged, an empty sentence say, stays out. */
  readonly results = new Map<number, ParaphraseResult>();
  readonly file: DelimitedFile;
  readonly #columns: readonly [first: number, second: number];
  readonly #onJudged: OnJudged;
  #phase: JobPhase = 'idle';
  #position = 0;
  #milliseconds = 0;
  #judge: Judge | undefined;
  #loop: Promise<void> | undefined;
  #stop = new AbortController();

  constructor(file: DelimitedFile, columns: readonly [first: number, second: number], onJudged: OnJudged) {
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

  /** The chunk being judged is still taken. */
  pause(): void {
    if (this.#phase === 'judging') this.#enter('pausing');
  }

  /** At once: the model goes, or another file has come. What is being judged is given up. */
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
    const filled = chunk.flatMap((row, index) => {
      const [a, b] = this.#columns.map((column) => row[column] ?? '');
      return a && b ? [{ row: from + index, pair: [a, b] satisfies SentencePair }] : [];
    });
    const results = await judge.paraphrases(
      filled.map(({ pair }) => pair),
      { signal },
    );
    signal.throwIfAborted();
    results.forEach((result, index) => {
      const row = filled[index]?.row;
      if (row !== undefined) this.results.set(row, result);
    });
    this.#position = from + chunk.length;
    this.#milliseconds += performance.now() - started;
    this.#onJudged(from, chunk.length);
  }

  #startOver(judge: Judge): void {
    this.#judge = judge;
    this.results.clear();
    this.#position = 0;
    this.#milliseconds = 0;
  }

  #enter(phase: JobPhase): void {
    this.#phase = phase;
    this.#onJudged(this.#position, 0);
  }
}
