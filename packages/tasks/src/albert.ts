/** The public face of a loaded model: one method a task. */
import type { Rejection } from '@albert-web/backends';
import type { AlbertConfig, BackendName, Head, Note, Precision, TaskName } from '@albert-web/core';
import { tasksOf } from '@albert-web/core';
import type { TextInput, Tokenizer } from '@albert-web/tokenizer';
import { answerAll, answerSignature, pairUp, type Answer, type AnswerOptions } from './tasks/answer.ts';
import {
  choose,
  chooseSignature,
  sentenceOrder,
  sentenceOrderSignature,
  type Choice,
  type SentenceOrder,
} from './tasks/choose.ts';
import { classify, classifySignature, type ClassifyOptions, type LabelScore } from './tasks/classify.ts';
import {
  embed,
  embedSignature,
  embedTokens,
  embedTokensSignature,
  type EmbeddedToken,
  type EmbedOptions,
} from './tasks/embed.ts';
import { explain, explainSignature, type ExplainOptions, type Explanation } from './tasks/explain.ts';
import { fillMasks, fillMaskSignature, type FillMaskOptions, type MaskFill } from './tasks/fill-mask.ts';
import { createIndexSignature, LocalIndex, type IndexOptions, type SemanticIndex } from './search/semantic-index.ts';
import { minePairs, minePairsSignature, readableTexts, type MinedPair, type MineOptions } from './search/mine-pairs.ts';
import { neutralCalibration, type Calibration } from './tasks/calibration.ts';
import {
  paraphrase,
  paraphraseSignature,
  paraphrasesSignature,
  unnamedClassesWarning,
  type ParaphraseOptions,
  type ParaphraseResult,
  type SentencePair,
} from './tasks/paraphrase.ts';
import { noteOf } from './errors.ts';
import { factsOf } from './engine/refusals.ts';
import type { CallOptions, ManyOptions, Session } from './engine/session.ts';
import { tag, tagSignature, type TaggedToken, type TagOptions } from './tasks/tag.ts';
import { outputsOf, outputsSignature, type ModelOutputs, type OutputsOptions } from './tasks/outputs.ts';
import { classifyZeroShot, zeroShotSignature, type ZeroShotOptions } from './tasks/zero-shot.ts';
import { checkCall } from './signatures.ts';

/** The types of the methods below. */
export type {
  Answer,
  AnswerOptions,
  CallOptions,
  Choice,
  ClassifyOptions,
  EmbeddedToken,
  EmbedOptions,
  ExplainOptions,
  Explanation,
  FillMaskOptions,
  IndexOptions,
  LabelScore,
  ManyOptions,
  MaskFill,
  MinedPair,
  MineOptions,
  ModelOutputs,
  OutputsOptions,
  ParaphraseOptions,
  ParaphraseResult,
  SemanticIndex,
  SentenceOrder,
  SentencePair,
  TaggedToken,
  TagOptions,
  ZeroShotOptions,
};
export type { ExplainedWord, WordLink } from './tasks/explain.ts';
export type { ParaphraseMethod } from './tasks/paraphrase.ts';
export type { SearchHit } from './search/semantic-index.ts';
export type { IndexedText, IndexPrecision, VectorHit } from './search/vector-index.ts';
export type { EarlyExit } from './engine/early-exit.ts';
export type { Priority } from './engine/queue.ts';

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
  /** What did not go as asked, what is not used of the files, what is taken for granted. */
  readonly notes: readonly Note[];
  /**
   * Bytes that the model holds now: weights and activations, wherever they are. Code, and what a page keeps of its answers,
   * is not counted.
   */
  readonly memoryBytes: number;
}

/** One answer to one input, many to many. */
type OneOrMany<T> = T | T[];

/**
 * A loaded model. Calls may overlap: they are answered one after the other. Every method rejects with the signal's reason when
 * aborted, with UnsupportedTaskError when the model has no head for it, and with InvalidArgumentError for an argument or an option
 * that it does not take. Once `dispose()` has been called, every other member refuses with DisposedError, and so do the model's
 * indexes.
 */
export class Albert {
  readonly #session: Session;
  readonly #calibration: Calibration | undefined;

  /** @internal Use `load`. */
  constructor(session: Session, calibration: Calibration | undefined) {
    this.#session = session;
    this.#calibration = calibration;
  }

  /** The model's tokenizer. One that was taken out before `dispose()` goes on: it needs nothing of the model. @throws DisposedError */
  get tokenizer(): Tokenizer {
    this.#session.assertUsable();
    return this.#session.tokenizer;
  }

  /** What runs, where, and why. @throws DisposedError */
  info(): ModelInfo {
    const tasks = tasksOf(factsOf(this.#session));
    const { config, sentence, maxLength, backend, head, executor, notes } = this.#session.inference;
    const { threads = 1, memoryBytes } = executor;
    const unnamed = unnamedClassesWarning(this.#session);
    return {
      head,
      sentenceEncoder: sentence !== undefined,
      tasks,
      config,
      maxLength,
      backend: backend.chosen,
      device: backend.started.description,
      precision: backend.precision,
      threads,
      rejected: backend.rejected,
      notes: [...notes, ...(unnamed ? [noteOf(unnamed)] : [])],
      memoryBytes,
    };
  }

  /**
   * Whether two sentences mean the same.
   *
   * ```ts
   * const { paraphrase, probability } = await model.paraphrase('Roman soldiers built the bridge.', 'The bridge was built by Roman soldiers.');
   * ```
   */
  async paraphrase(a: string, b: string, options?: ParaphraseOptions): Promise<ParaphraseResult> {
    checkCall(paraphraseSignature, { a, b }, options);
    const [result] = await this.paraphrases([[a, b]], options);
    return result as ParaphraseResult;
  }

  /** The same for many pairs, in length-sorted batches; results in the order of the pairs. */
  async paraphrases(pairs: readonly SentencePair[], options?: ParaphraseOptions): Promise<ParaphraseResult[]> {
    checkCall(paraphrasesSignature, { pairs }, options);
    return paraphrase(this.#session, this.#calibration, pairs, options);
  }

  /**
   * What the verdict on a pair rests on: how much each word counts, and which words of the two sentences met. Found by
   * judging the pair again with words hidden, so it takes some tens of short passes.
   */
  async explain(a: string, b: string, options?: ExplainOptions): Promise<Explanation> {
    checkCall(explainSignature, { a, b }, options);
    return explain(this.#session, this.#calibration, [a, b], options);
  }

  /** The classes of a text, most likely first. */
  classify(text: string, options?: ClassifyOptions): Promise<LabelScore[]>;
  /** The same for many texts and pairs, in their order; a single pair stands in a list too. */
  classify(inputs: readonly TextInput[], options?: ClassifyOptions): Promise<LabelScore[][]>;
  async classify(inputs: string | readonly TextInput[], options?: ClassifyOptions): Promise<OneOrMany<LabelScore[]>> {
    checkCall(classifySignature, { inputs }, options);
    return askOneOrMany(inputs, (many) => classify(this.#session, many, options));
  }

  /**
   * Labels of the caller's for a text, most likely first, by a model of natural language inference.
   *
   * ```ts
   * const scores = await model.classifyZeroShot('The battery is flat again.', ['phone', 'billing', 'delivery']);
   * ```
   */
  classifyZeroShot(text: string, labels: readonly string[], options?: ZeroShotOptions): Promise<LabelScore[]>;
  /** The same for many texts, in their order. */
  classifyZeroShot(
    texts: readonly string[],
    labels: readonly string[],
    options?: ZeroShotOptions,
  ): Promise<LabelScore[][]>;
  async classifyZeroShot(
    texts: string | readonly string[],
    labels: readonly string[],
    options?: ZeroShotOptions,
  ): Promise<OneOrMany<LabelScore[]>> {
    checkCall(zeroShotSignature, { texts, labels }, options);
    return askOneOrMany(texts, (many) => classifyZeroShot(this.#session, many, labels, options));
  }

  /** The class of every token of a text; with `aggregation`, the entities its tokens make up. */
  tag(text: string, options?: TagOptions): Promise<TaggedToken[]>;
  /** The same for many texts, in their order. */
  tag(texts: readonly string[], options?: TagOptions): Promise<TaggedToken[][]>;
  async tag(texts: string | readonly string[], options?: TagOptions): Promise<OneOrMany<TaggedToken[]>> {
    checkCall(tagSignature, { texts }, options);
    return askOneOrMany(texts, (many) => tag(this.#session, many, options));
  }

  /** The vector of a text. */
  embed(text: string, options?: EmbedOptions): Promise<Float32Array>;
  /** The vectors of many texts, in their order. */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>;
  async embed(texts: string | readonly string[], options?: EmbedOptions): Promise<OneOrMany<Float32Array>> {
    checkCall(embedSignature, { texts }, options);
    return askOneOrMany(texts, (many) => embed(this.#session, many, options));
  }

  /** The vector of every token of a text. */
  embedTokens(text: string, options?: ManyOptions): Promise<EmbeddedToken[]>;
  /** The same for many texts, in their order. */
  embedTokens(texts: readonly string[], options?: ManyOptions): Promise<EmbeddedToken[][]>;
  async embedTokens(texts: string | readonly string[], options?: ManyOptions): Promise<OneOrMany<EmbeddedToken[]>> {
    checkCall(embedTokensSignature, { texts }, options);
    return askOneOrMany(texts, (many) => embedTokens(this.#session, many, options));
  }

  /**
   * What the model itself gives for a text, before any softmax: `logits`, `start_logits`, `sentence_embedding`, ... by the
   * names of its head, each with its shape, the batch left out.
   */
  outputs(text: string, options?: OutputsOptions): Promise<ModelOutputs>;
  /** The same for many texts and pairs, in their order; a single pair stands in a list too. */
  outputs(inputs: readonly TextInput[], options?: OutputsOptions): Promise<ModelOutputs[]>;
  async outputs(inputs: string | readonly TextInput[], options?: OutputsOptions): Promise<OneOrMany<ModelOutputs>> {
    checkCall(outputsSignature, { inputs }, options);
    return askOneOrMany(inputs, (many) => outputsOf(this.#session, many, options));
  }

  /**
   * The pairs of a list that are most alike by the cosine of their embeddings, most alike first. A sentence encoder knows
   * best; {@link paraphraseMining} has its proposals judged. Texts that are mostly unknown pieces look all the same to a
   * model, and are in no pair.
   */
  async minePairs(texts: readonly string[], options: MineOptions = {}): Promise<MinedPair[]> {
    checkCall(minePairsSignature, { texts }, options);
    const { topK: _topK, maxPairs: _maxPairs, minSimilarity: _minSimilarity, ...many } = options;
    const vectors = await embed(this.#session, texts, many);
    const pairs = await minePairs(vectors, this.#calibration ?? neutralCalibration, options);
    const isReadable = readableTexts(this.#session, texts);
    return pairs.filter(({ first, second }) => isReadable[first] && isReadable[second]);
  }

  /**
   * An empty index of texts, to be searched by meaning.
   *
   * ```ts
   * const index = model.createIndex();
   * await index.add(['How do I reset my password?', 'Where is my order?']);
   * const [best] = await index.search('I forgot my password', 1);
   * await index.dispose(); // when it is no longer needed
   * ```
   */
  createIndex(options?: IndexOptions): SemanticIndex {
    this.#session.assertUsable();
    checkCall(createIndexSignature, {}, options);
    const embedder = {
      embed: (texts: readonly string[], settings?: ManyOptions) => embed(this.#session, texts, settings),
      assertUsable: () => this.#session.assertUsable(),
    };
    return new LocalIndex(embedder, options);
  }

  /** The likeliest pieces for each `[MASK]` of a text, in the order of the masks. */
  fillMask(text: string, options?: FillMaskOptions): Promise<MaskFill[][]>;
  /** The same for many texts, in their order. */
  fillMask(texts: readonly string[], options?: FillMaskOptions): Promise<MaskFill[][][]>;
  async fillMask(texts: string | readonly string[], options?: FillMaskOptions): Promise<OneOrMany<MaskFill[][]>> {
    checkCall(fillMaskSignature, { texts }, options);
    return askOneOrMany(texts, (many) => fillMasks(this.#session, many, options));
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
  ): Promise<OneOrMany<Answer[]>> {
    checkCall(answerSignature, { questions, passages }, options);
    return askOneOrMany(questions, (many) => answerAll(this.#session, pairUp(many, passages), options));
  }

  /** Which of several choices goes with a prompt. */
  async choose(prompt: string, choices: readonly string[], options?: CallOptions): Promise<Choice> {
    checkCall(chooseSignature, { prompt, choices }, options);
    return choose(this.#session, prompt, choices, options);
  }

  /** Whether two segments follow each other in the order given. */
  async sentenceOrder(first: string, second: string, options?: CallOptions): Promise<SentenceOrder> {
    checkCall(sentenceOrderSignature, { first, second }, options);
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

async function askOneOrMany<In, Out>(
  inputs: string | readonly In[],
  ask: (many: readonly (In | string)[]) => Promise<Out[]>,
): Promise<OneOrMany<Out>> {
  if (typeof inputs !== 'string') return ask(inputs);
  const [only] = await ask([inputs]);
  return only as Out;
}
