/** The public API of a loaded model: one method per task. */
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
import { NoSentenceEncoderWarning, noteOf } from './errors.ts';
import { factsOf } from './engine/require-task.ts';
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

/** What a loaded model is, and on what it runs. */
export interface ModelInfo {
  readonly head: Head;
  /** Whether the folder is a sentence encoder (`modules.json`). */
  readonly sentenceEncoder: boolean;
  /** The tasks that the model can do, as method names. They depend on its head and on the names of its classes. */
  readonly tasks: readonly TaskName[];
  readonly config: AlbertConfig;
  /** Maximum sequence length in tokens, special tokens included. */
  readonly maxLength: number;
  readonly backend: BackendName;
  /** The GPU adapter, the WebGL renderer or the WebAssembly build. */
  readonly device: string;
  readonly precision: Precision;
  readonly threads: number;
  /** The backends that were tried before, and why each was rejected. */
  readonly rejected: readonly Rejection[];
  /** Requested settings that could not be honored, parts of the files that are not used, and assumptions that were made. */
  readonly notes: readonly Note[];
  /**
   * Bytes that the model uses now: weights and activations, wherever they are. Code is not counted, and neither are the results
   * that a page keeps.
   */
  readonly memoryBytes: number;
}

/** One result for one input, or many for many. */
type OneOrMany<T> = T | T[];

/**
 * A loaded model. Calls may overlap: they run one after the other. Every method rejects with the signal's reason if aborted,
 * with UnsupportedTaskError if the model has no head for the task, and with InvalidArgumentError for an invalid argument or
 * option. After `dispose()`, every other member of the model and of its indexes throws or rejects with DisposedError.
 */
export class Albert {
  readonly #session: Session;
  readonly #calibration: Calibration | undefined;

  /** @internal Use `load`. */
  constructor(session: Session, calibration: Calibration | undefined) {
    this.#session = session;
    this.#calibration = calibration;
  }

  /**
   * The model's tokenizer. It needs nothing of the model: a reference to it stays usable after `dispose()`.
   *
   * @throws DisposedError
   */
  get tokenizer(): Tokenizer {
    this.#session.assertUsable();
    return this.#session.tokenizer;
  }

  /** Returns what the model is, and on what it runs. @throws DisposedError */
  info(): ModelInfo {
    const tasks = tasksOf(factsOf(this.#session));
    const { maxLength } = this.#session;
    const { config, sentence, backend, head, executor, notes } = this.#session.inference;
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
   * Decides whether two sentences mean the same.
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

  /** Does the same for many pairs, in batches of similar length. The results are in the order of the pairs. */
  async paraphrases(pairs: readonly SentencePair[], options?: ParaphraseOptions): Promise<ParaphraseResult[]> {
    checkCall(paraphrasesSignature, { pairs }, options);
    return paraphrase(this.#session, this.#calibration, pairs, options);
  }

  /**
   * Explains the verdict on a pair: how much each word counts, and which words of the two sentences are linked. The model
   * judges the pair again with words masked, so this takes tens of short forward passes.
   */
  async explain(a: string, b: string, options?: ExplainOptions): Promise<Explanation> {
    checkCall(explainSignature, { a, b }, options);
    return explain(this.#session, this.#calibration, [a, b], options);
  }

  /** Classifies a text. Returns its classes, most likely first. */
  classify(text: string, options?: ClassifyOptions): Promise<LabelScore[]>;
  /** Does the same for many texts and pairs, in their order. A single pair must be in a list, too. */
  classify(inputs: readonly TextInput[], options?: ClassifyOptions): Promise<LabelScore[][]>;
  async classify(inputs: string | readonly TextInput[], options?: ClassifyOptions): Promise<OneOrMany<LabelScore[]>> {
    checkCall(classifySignature, { inputs }, options);
    return callWithOneOrMany(inputs, (many) => classify(this.#session, many, options));
  }

  /**
   * Classifies a text with labels of your choice, most likely first. Needs a model for natural language inference (NLI).
   *
   * ```ts
   * const scores = await model.classifyZeroShot('The battery is flat again.', ['phone', 'billing', 'delivery']);
   * ```
   */
  classifyZeroShot(text: string, labels: readonly string[], options?: ZeroShotOptions): Promise<LabelScore[]>;
  /** Does the same for many texts, in their order. */
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
    return callWithOneOrMany(texts, (many) => classifyZeroShot(this.#session, many, labels, options));
  }

  /** Classifies every token of a text. With `aggregation`, returns the entities that the tokens form. */
  tag(text: string, options?: TagOptions): Promise<TaggedToken[]>;
  /** Does the same for many texts, in their order. */
  tag(texts: readonly string[], options?: TagOptions): Promise<TaggedToken[][]>;
  async tag(texts: string | readonly string[], options?: TagOptions): Promise<OneOrMany<TaggedToken[]>> {
    checkCall(tagSignature, { texts }, options);
    return callWithOneOrMany(texts, (many) => tag(this.#session, many, options));
  }

  /** Computes the embedding of a text. */
  embed(text: string, options?: EmbedOptions): Promise<Float32Array>;
  /** Does the same for many texts, in their order. */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>;
  async embed(texts: string | readonly string[], options?: EmbedOptions): Promise<OneOrMany<Float32Array>> {
    checkCall(embedSignature, { texts }, options);
    return callWithOneOrMany(texts, (many) => embed(this.#session, many, options));
  }

  /** Computes the contextual embedding of every token of a text. */
  embedTokens(text: string, options?: ManyOptions): Promise<EmbeddedToken[]>;
  /** Does the same for many texts, in their order. */
  embedTokens(texts: readonly string[], options?: ManyOptions): Promise<EmbeddedToken[][]>;
  async embedTokens(texts: string | readonly string[], options?: ManyOptions): Promise<OneOrMany<EmbeddedToken[]>> {
    checkCall(embedTokensSignature, { texts }, options);
    return callWithOneOrMany(texts, (many) => embedTokens(this.#session, many, options));
  }

  /**
   * Returns the model's raw outputs for a text, before any softmax: `logits`, `start_logits`, `sentence_embedding`, ...
   * depending on the head, each with its shape without the batch axis.
   */
  outputs(text: string, options?: OutputsOptions): Promise<ModelOutputs>;
  /** Does the same for many texts and pairs, in their order. A single pair must be in a list, too. */
  outputs(inputs: readonly TextInput[], options?: OutputsOptions): Promise<ModelOutputs[]>;
  async outputs(inputs: string | readonly TextInput[], options?: OutputsOptions): Promise<OneOrMany<ModelOutputs>> {
    checkCall(outputsSignature, { inputs }, options);
    return callWithOneOrMany(inputs, (many) => outputsOf(this.#session, many, options));
  }

  /**
   * Finds the most similar pairs of a list by the cosine of their embeddings, most similar first. A sentence encoder is
   * best for this; {@link paraphraseMining} lets a second model judge the pairs it proposes. Texts that are mostly unknown
   * pieces all look the same to a model, and are in no pair.
   */
  async minePairs(texts: readonly string[], options: MineOptions = {}): Promise<MinedPair[]> {
    checkCall(minePairsSignature, { texts }, options);
    this.#warnUnlessEncoder();
    const { topK: _topK, maxPairs: _maxPairs, minSimilarity: _minSimilarity, ...many } = options;
    const vectors = await embed(this.#session, texts, many);
    const pairs = await minePairs(vectors, this.#calibration ?? neutralCalibration, options);
    const isReadable = readableTexts(this.#session, texts);
    return pairs.filter(({ first, second }) => isReadable[first] && isReadable[second]);
  }

  /**
   * Creates an empty index of texts for semantic search.
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
    this.#warnUnlessEncoder();
    const embedder = {
      embed: (texts: readonly string[], settings?: ManyOptions) => embed(this.#session, texts, settings),
      assertUsable: () => this.#session.assertUsable(),
    };
    return new LocalIndex(embedder, options);
  }

  /** Predicts the likeliest pieces for each `[MASK]` of a text, in the order of the masks. */
  fillMask(text: string, options?: FillMaskOptions): Promise<MaskFill[][]>;
  /** Does the same for many texts, in their order. */
  fillMask(texts: readonly string[], options?: FillMaskOptions): Promise<MaskFill[][][]>;
  async fillMask(texts: string | readonly string[], options?: FillMaskOptions): Promise<OneOrMany<MaskFill[][]>> {
    checkCall(fillMaskSignature, { texts }, options);
    return callWithOneOrMany(texts, (many) => fillMasks(this.#session, many, options));
  }

  /**
   * Finds the best answers to a question in a passage of any length.
   *
   * ```ts
   * const [best] = await model.answer('Where does Tom live?', 'My name is Tom, and I live in Berlin.');
   * ```
   */
  answer(question: string, passage: string, options?: AnswerOptions): Promise<Answer[]>;
  /** Does the same for many questions, in their order, in one passage or each in its own. */
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
    return callWithOneOrMany(questions, (many) => answerAll(this.#session, pairUp(many, passages), options));
  }

  /** Chooses the choice that best fits a prompt. */
  async choose(prompt: string, choices: readonly string[], options?: CallOptions): Promise<Choice> {
    checkCall(chooseSignature, { prompt, choices }, options);
    return choose(this.#session, prompt, choices, options);
  }

  /** Decides whether two segments follow each other in the given order. */
  async sentenceOrder(first: string, second: string, options?: CallOptions): Promise<SentenceOrder> {
    checkCall(sentenceOrderSignature, { first, second }, options);
    return sentenceOrder(this.#session, first, second, options);
  }

  /** Embeddings of other models can be compared too, with poor results. */
  #warnUnlessEncoder(): void {
    this.#session.assertUsable();
    if (!this.#session.inference.sentence) this.#session.warn(new NoSentenceEncoderWarning());
  }

  /** Waits for the running call, rejects those that are queued, and frees all memory. */
  dispose(): Promise<void> {
    return this.#session.dispose();
  }

  /** Does the same as {@link dispose}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}

async function callWithOneOrMany<In, Out>(
  inputs: string | readonly In[],
  call: (many: readonly (In | string)[]) => Promise<Out[]>,
): Promise<OneOrMany<Out>> {
  if (typeof inputs !== 'string') return call(inputs);
  const [only] = await call([inputs]);
  return only as Out;
}
