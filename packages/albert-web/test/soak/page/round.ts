/** One round in one tab: random calls, aborts, disposals and loads, up to six at a time. Compares answers with the serial ones. */
import { seededRandom, type Random } from '@albert-web/testing/numbers';
import type { BrowserLoadOptions } from '../../../src/load.ts';
import type { Model } from '../../../src/model.ts';
import { difference, nameOf, open, plain, type Pair } from './answers.ts';
import { models } from './models.ts';
import { trainingLosses } from './training.ts';
import { noted } from './waits.ts';

/** A pair and its serial answers, by the index of the call. */
export interface KnownPair extends Pair {
  readonly answers: readonly unknown[];
}

/** Options of a round. */
export interface RoundOptions {
  readonly seed: number;
  /** Duration of the calls, once the models are loaded. */
  readonly milliseconds: number;
  readonly pairs: readonly KnownPair[];
  /** Expected losses of the training that runs alongside; undefined for no training. */
  readonly losses?: readonly number[] | undefined;
}

/** The result of a round. */
export interface RoundReport {
  /** Number of calls by outcome: `answered`, `aborted`, or the name of an error. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly loads: number;
  readonly trainings: number;
  /** Wrong answers and unexpected errors. */
  readonly faults: readonly string[];
}

/** A loaded model, and whether it was disposed. */
interface Life {
  readonly pair: KnownPair;
  readonly model: Model;
  disposed: boolean;
}

const maxPendingCalls = 6;

/** Runs a round, and disposes all its models at the end. */
export function runRound(options: RoundOptions): Promise<RoundReport> {
  return new Round(options).run();
}

class Round {
  readonly #random: Random;
  readonly #outcomes: Record<string, number> = {};
  readonly #faults: string[] = [];
  readonly #open = new Set<Promise<void>>();
  readonly #ends: Promise<void>[] = [];
  #loads = 0;
  #trainings = 0;

  constructor(private readonly options: RoundOptions) {
    this.#random = seededRandom(options.seed);
  }

  async run(): Promise<RoundReport> {
    const { milliseconds, pairs, losses } = this.options;
    const training = losses ? this.#train(losses) : Promise.resolve();
    const lives = (await Promise.all(pairs.map((pair) => this.#begin(pair)))).flatMap((life) => life ?? []);
    // Measured from here, because a slow machine may take just as long to load.
    const end = performance.now() + milliseconds;
    while (lives.length > 0 && performance.now() < end) await this.#step(lives);
    await Promise.all(this.#open);
    for (const life of lives) this.#end(life);
    await Promise.all([...this.#ends, training]);
    return { outcomes: this.#outcomes, loads: this.#loads, trainings: this.#trainings, faults: this.#faults };
  }

  async #step(lives: Life[]): Promise<void> {
    const random = this.#random;
    const place = random.integer(0, lives.length);
    const life = lives[place];
    if (!life) return;
    const what = random.uniform();
    if (what < 0.03) {
      this.#end(life);
      const next = await this.#begin(life.pair);
      lives.splice(place, 1, ...(next ? [next] : []));
    } else if (what < 0.05) this.#note(this.#abortLoad(life.pair));
    else if (what < 0.09) this.#note(this.#refuse(life));
    else this.#note(this.#ask(life));
    if (this.#open.size >= maxPendingCalls) await Promise.race(this.#open);
  }

  /** Loads a model with random options: with threads if possible, and sometimes without a worker. */
  async #begin(pair: KnownPair): Promise<Life | undefined> {
    this.#loads++;
    try {
      return { pair, model: await open(pair, this.#loadOptions()), disposed: false };
    } catch (error) {
      const name = this.#nameOf(error, undefined, `${nameOf(pair)}, a load`);
      this.#outcomes[name] = (this.#outcomes[name] ?? 0) + 1;
      return undefined;
    }
  }

  #loadOptions(): BrowserLoadOptions {
    const threads = [1, 2, 4][this.#random.integer(0, crossOriginIsolated ? 3 : 1)];
    return { threads, worker: this.#random.uniform() < 0.85 };
  }

  #end(life: Life): void {
    life.disposed = true;
    this.#ends.push(noted(`the disposal of ${nameOf(life.pair)}`, life.model.dispose()));
  }

  async #ask(life: Life): Promise<string> {
    const { asks } = models[life.pair.model];
    const index = this.#random.integer(0, asks.length);
    const ask = asks[index];
    if (!ask) throw new Error('nothing to ask');
    const { signal, aborting } = this.#abortSometimes();
    const priority = this.#random.uniform() < 0.2 ? 'bulk' : 'interactive';
    const name = `${nameOf(life.pair)}, question ${index}`;
    try {
      const wrong = difference(
        plain(await noted(name, ask(life.model, { signal, priority }))),
        life.pair.answers[index],
      );
      if (wrong) this.#faults.push(`${name}: ${wrong}`);
      return 'answered';
    } catch (error) {
      if (aborting && error === reason) return 'aborted';
      return this.#nameOf(error, life.disposed ? 'DisposedError' : undefined, name);
    }
  }

  async #refuse({ pair, model, disposed }: Life): Promise<string> {
    const { unsupported } = models[pair.model];
    const byTask = unsupported && this.#random.uniform() < 0.5;
    const expected = byTask ? 'UnsupportedTaskError' : 'InvalidArgumentError';
    try {
      await noted(`${pair.model}, a call to refuse`, byTask ? unsupported(model) : model.embed(['', 'w9']));
      this.#faults.push(`${pair.model}: answered what it should refuse with ${expected}`);
      return 'answered';
    } catch (error) {
      return this.#nameOf(error, disposed ? 'DisposedError' : expected, `${pair.model}, a call to refuse`);
    }
  }

  /** Aborts a load while it is running, or just after. */
  async #abortLoad(pair: KnownPair): Promise<string> {
    this.#loads++;
    const { signal } = this.#abortSometimes(1, 400);
    try {
      const model = await open(pair, { ...this.#loadOptions(), signal });
      await model.dispose();
      return 'loaded';
    } catch (error) {
      return error === reason ? 'load aborted' : this.#nameOf(error, undefined, `${pair.model}, a load to abort`);
    }
  }

  async #train(expected: readonly number[]): Promise<void> {
    const wrong = difference(plain(await noted('a training', trainingLosses())), expected, 'losses');
    if (wrong) this.#faults.push(`training: ${wrong}`);
    this.#trainings++;
  }

  #abortSometimes(
    share = 0.25,
    longest = 60,
  ): { readonly signal: AbortSignal | undefined; readonly aborting: boolean } {
    const aborting = this.#random.uniform() < share;
    const controller = new AbortController();
    const wait = this.#random.uniform() * longest;
    if (aborting) setTimeout(() => controller.abort(reason), wait);
    return { signal: aborting ? controller.signal : undefined, aborting };
  }

  /** Returns the name of an error, and records a fault unless it is the allowed one. */
  #nameOf(error: unknown, allowed: string | undefined, where: string): string {
    const { albert } = window;
    const name = albert && error instanceof albert.AlbertError ? error.name : 'unnamed error';
    if (name !== allowed) this.#faults.push(`${where}: ${String(error)}`);
    return name;
  }

  #note(work: Promise<string>): void {
    const noted = (async () => {
      const outcome = await work;
      this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1;
    })();
    this.#open.add(noted);
    void noted.finally(() => this.#open.delete(noted));
  }
}

const reason = 'changed my mind';
