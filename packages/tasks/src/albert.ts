/** The public face of a loaded model: one method a task. */
import type { Rejection } from '@albert-web/backends';
import type { AlbertConfig, BackendName, Head, Precision, TaskName } from '@albert-web/core';
import { tasksOf } from '@albert-web/core';
import type { TextInput, Tokenizer } from '@albert-web/tokenizer';
import type { Answer, AnswerOptions } from './tasks/answer.ts';
import { answerAll, pairUp } from './tasks/answer.ts';
import type { Choice, SentenceOrder } from './tasks/choose.ts';
import { choose, sentenceOrder } from './tasks/choose.ts';
import type { ClassifyOptions, LabelScore } from './tasks/classify.ts';
import { classify } from './tasks/classify.ts';
import type { EmbeddedToken, EmbedOptions } from './tasks/embed.ts';
import { embed, embedTokens } from './tasks/embed.ts';
import type { ExplainOptions, Explanation } from './tasks/explain.ts';
import { explain } from './tasks/explain.ts';
import type { FillMaskOptions, MaskFill } from './tasks/fill-mask.ts';
import { fillMasks } from './tasks/fill-mask.ts';
import type { Calibration } from './tasks/calibration.ts';
import type { ParaphraseOptions, ParaphraseResult, SentencePair } from './tasks/paraphrase.ts';
import { paraphrase, unnamedClassesWarning } from './tasks/paraphrase.ts';
import { factsOf } from './engine/refusals.ts';
import type { CallOptions, ManyOptions, Session } from './engine/session.ts';
import type { TaggedToken, TagOptions } from './tasks/tag.ts';
import { tag } from './tasks/tag.ts';
import type { ZeroShotOptions } from './tasks/zero-shot.ts';
import { classifyZeroShot } from './tasks/zero-shot.ts';

/** What runs, where, and why. */
export interface ModelInfo {
  readonly head: Head;
  /** Whether the folder is a sentence encoder (`modules.json`). */
  readonly sentenceEncoder: boolean;
  /** What the model can be asked: names of methods, by its head and the names of its classes. */
  readonly tasks: readonly TaskName[];
  readonly config: AlbertConfig;
  /** Tokens a sequence may have, special tokens included. */
  readonly maxLength: number;
  readonly backend: BackendName;
  /** The adapter, renderer or build. */
  readonly device: string;
  readonly precision: Precision;
  readonly threads: number;
  /** The backends that were tried first, and why they were not taken. */
  readonly rejected: readonly Rejection[];
  readonly notes: readonly string[];
  /**
   * Bytes that the model holds now: weights and activations, wherever they are. Code, and what a page keeps of its answers,
   * is not counted.
   */
  readonly memoryBytes: number;
}

/**
 * A loaded model. Calls may overlap: they are answered one after the other. Every method rejects with DisposedError after
 * `dispose()`, with the signal's reason when aborted, and with UnsupportedTaskError when the model has no head for it.
 */
export class Albert {
  readonly #session: Session;
  readonly #calibration: Calibration | undefined;

  /** @internal Use `load`. */
  constructor(session: Session, calibration: Calibration | undefined) {
    this.#session = session;
    this.#calibration = calibration;
  }

  /** The model's tokenizer. */
  get tokenizer(): Tokenizer {
    return this.#session.tokenizer;
  }

  /** What runs, where, and why. */
  info(): ModelInfo {
    const { config, sentence, maxLength, backend, head, executor, notes } = this.#session.inference;
    const { threads = 1, memoryBytes } = executor;
    const unnamed = unnamedClassesWarning(this.#session);
    return {
      head,
      sentenceEncoder: sentence !== undefined,
      tasks: tasksOf(factsOf(this.#session)),
      config,
      maxLength,
      backend: backend.chosen,
      device: backend.started.description,
      precision: backend.precision,
      threads,
      rejected: backend.rejected,
      notes: [...notes, ...(unnamed ? [unnamed.message] : [])],
      memoryBytes,
    };
  }

  /**
   * Whether two sentences mean the same.
   *
   * ```ts
   * const { paraphrase, probability } = await model.paraphrase('It rained all night.', 'It was raining the whole night.');
   * ```
   */
  async paraphrase(a: string, b: string, options?: ParaphraseOptions): Promise<ParaphraseResult> {
    const [result] = await this.paraphrases([[a, b]], options);
    return result as ParaphraseResult;
  }

  /** The same for many pairs, in length-sorted batches; results in the order of the pairs. */
  paraphrases(pairs: readonly SentencePair[], options?: ParaphraseOptions): Promise<ParaphraseResult[]> {
    return paraphrase(this.#session, this.#calibration, pairs, options);
  }

  /**
   * What the verdict on a pair rests on: how much each word counts, and which words of the two sentences met. Found by
   * judging the pair again with words hidden, so it takes some tens of short passes.
   */
  explain(a: string, b: string, options?: ExplainOptions): Promise<Explanation> {
    return explain(this.#session, this.#calibration, [a, b], options);
  }

  /** The classes of each text or pair, most likely first. */
  classify(inputs: readonly TextInput[], options?: ClassifyOptions): Promise<LabelScore[][]> {
    return classify(this.#session, inputs, options);
  }

  /**
   * Labels of the caller's for each text, most likely first, by a model of natural language inference.
   *
   * ```ts
   * const [scores] = await model.classifyZeroShot(['The battery is flat again.'], ['phone', 'billing', 'delivery']);
   * ```
   */
  classifyZeroShot(
    texts: readonly string[],
    labels: readonly string[],
    options?: ZeroShotOptions,
  ): Promise<LabelScore[][]> {
    return classifyZeroShot(this.#session, texts, labels, options);
  }

  /** The class of every token of each text; with `aggregation`, the entities its tokens make up. */
  tag(texts: readonly string[], options?: TagOptions): Promise<TaggedToken[][]> {
    return tag(this.#session, texts, options);
  }

  /** One vector a text. */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]> {
    return embed(this.#session, texts, options);
  }

  /** The vector of every token of each text. */
  embedTokens(texts: readonly string[], options?: ManyOptions): Promise<EmbeddedToken[][]> {
    return embedTokens(this.#session, texts, options);
  }

  /** The likeliest pieces for each `[MASK]` of a text, in the order of the masks. */
  fillMask(text: string, options?: FillMaskOptions): Promise<MaskFill[][]>;
  /** The same for many texts, in their order. */
  fillMask(texts: readonly string[], options?: FillMaskOptions): Promise<MaskFill[][][]>;
  async fillMask(texts: string | readonly string[], options?: FillMaskOptions): Promise<MaskFill[][] | MaskFill[][][]> {
    if (typeof texts !== 'string') return fillMasks(this.#session, texts, options);
    const [fills = []] = await fillMasks(this.#session, [texts], options);
    return fills;
  }

  /**
   * The best answers to a question in a passage of any length.
   *
   * ```ts
   * const [best] = await model.answer('Where does Tom live?', 'My name is Tom, and I live in Berlin.');
   * ```
   */
  answer(question: string, passage: string, options?: AnswerOptions): Promise<Answer[]>;
  /** The same for many questions, in their order: in one passage, or each in its own. */
  answer(
    questions: readonly string[],
    passages: string | readonly string[],
    options?: AnswerOptions,
  ): Promise<Answer[][]>;
  async answer(
    questions: string | readonly string[],
    passages: string | readonly string[],
    options?: AnswerOptions,
  ): Promise<Answer[] | Answer[][]> {
    const many = typeof questions !== 'string';
    const all = await answerAll(this.#session, pairUp(many ? questions : [questions], passages), options);
    return many ? all : (all[0] ?? []);
  }

  /** Which of several choices goes with a prompt. */
  choose(prompt: string, choices: readonly string[], options?: CallOptions): Promise<Choice> {
    return choose(this.#session, prompt, choices, options);
  }

  /** Whether two segments follow each other in the order given. */
  sentenceOrder(first: string, second: string, options?: CallOptions): Promise<SentenceOrder> {
    return sentenceOrder(this.#session, first, second, options);
  }

  /** Waits for the running call, refuses those that wait, and gives all memory back. */
  dispose(): Promise<void> {
    return this.#session.dispose();
  }

  /** The same as {@link dispose}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}
