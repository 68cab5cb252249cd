/**
 * The tasks of `pipeline`: one row each, with the method that the model must have and a function that runs a call.
 *
 * Inputs, options and outputs are those of huggingface/transformers.js `src/pipelines`. Differences are listed in
 * docs/guides/from-transformers-js.md.
 */
import {
  allocate,
  checkArgument,
  checkOptions,
  flag,
  listOf,
  oneOf,
  type Rule,
  string,
  text,
  whole,
} from '@albert-web/errors';
import {
  groupEntities,
  quantizeEmbedding,
  toUnitLength,
  type LabelScore,
  type ModelOutputs,
  type TaggedToken,
} from '@albert-web/tasks';
import type { Encoding, TextInput } from '@albert-web/tokenizer';
import type { Model } from '../model.ts';
import { stack, Tensor } from './tensor.ts';

/** A text, or a pair of texts that the model reads together. */
export type TextOrPair = string | { readonly text: string; readonly text_pair: string };

/** Classifies texts. For a single text, the result is a list of classes; for many, one class each unless `top_k` is set. */
export interface TextClassification {
  (text: TextOrPair, options?: { readonly top_k?: number | null }): Promise<LabelScore[]>;
  (texts: readonly TextOrPair[], options?: { readonly top_k?: 1 }): Promise<LabelScore[]>;
  (texts: readonly TextOrPair[], options: { readonly top_k: number | null }): Promise<LabelScore[][]>;
}

/** Options of zero-shot classification. */
export interface ZeroShotPipelineOptions {
  /** Default `This example is {}.` */
  readonly hypothesis_template?: string;
  /** Whether several labels may apply. Default false. */
  readonly multi_label?: boolean;
}

/** The labels of a text, most likely first. */
export interface ZeroShotOutput {
  readonly sequence: string;
  readonly labels: readonly string[];
  readonly scores: readonly number[];
}

/** Classifies texts by the caller's labels. */
export interface ZeroShotClassification {
  (text: string, labels: string | readonly string[], options?: ZeroShotPipelineOptions): Promise<ZeroShotOutput>;
  (
    texts: readonly string[],
    labels: string | readonly string[],
    options?: ZeroShotPipelineOptions,
  ): Promise<ZeroShotOutput[]>;
}

/** Options of token classification. */
export interface TokenClassificationOptions {
  /** Labels to omit. Default `['O']`. */
  readonly ignore_labels?: readonly string[];
  /** `simple` joins neighboring tokens of one entity. Default `none`. */
  readonly aggregation_strategy?: 'none' | 'simple';
}

/** A token and its class; with `aggregation_strategy: 'simple'` an entity, which has `entity_group` instead of `entity`. */
export interface TokenOutput {
  readonly word: string;
  readonly score: number;
  readonly entity?: string;
  /** Index of the token, counting `[CLS]`. */
  readonly index?: number;
  readonly entity_group?: string;
  /** `[start, end)` in the text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

/** Classifies the tokens of texts. */
export interface TokenClassification {
  (text: string, options?: TokenClassificationOptions): Promise<TokenOutput[]>;
  (texts: readonly string[], options?: TokenClassificationOptions): Promise<TokenOutput[][]>;
}

/** A span of the context. */
export interface AnswerOutput {
  /** The text of the context from `start` to `end`, verbatim. */
  readonly answer: string;
  readonly score: number;
  readonly start: number;
  readonly end: number;
}

/** Answers questions from contexts. With `top_k` 1, the result is a single answer, otherwise a list. */
export interface QuestionAnswering {
  (question: string, context: string, options?: { readonly top_k?: 1 }): Promise<AnswerOutput>;
  (question: string, context: string, options: { readonly top_k: number }): Promise<AnswerOutput[]>;
  (
    questions: readonly string[],
    contexts: readonly string[],
    options?: { readonly top_k?: 1 },
  ): Promise<AnswerOutput[]>;
  (
    questions: readonly string[],
    contexts: readonly string[],
    options: { readonly top_k: number },
  ): Promise<AnswerOutput[][]>;
}

/** A token that replaces the first `[MASK]`. */
export interface FillMaskOutput {
  readonly score: number;
  readonly token: number;
  readonly token_str: string;
  readonly sequence: string;
}

/** Fills the first `[MASK]` of texts. */
export interface FillMask {
  (text: string, options?: { readonly top_k?: number }): Promise<FillMaskOutput[]>;
  (texts: readonly string[], options?: { readonly top_k?: number }): Promise<FillMaskOutput[][]>;
}

/** Options of feature extraction. */
export interface FeatureExtractionOptions {
  /** `none` (the default) returns every token's hidden state. */
  readonly pooling?: 'none' | 'mean' | 'cls' | 'first_token' | 'last_token' | 'eos';
  /** Whether to scale each vector to length 1. Default false. */
  readonly normalize?: boolean;
  /** Whether to store each number as one bit. Default false. */
  readonly quantize?: boolean;
  /** Bytes that hold the bits: signed (`binary`, the default) or unsigned (`ubinary`). */
  readonly precision?: 'binary' | 'ubinary';
}

/** Extracts features, `[texts, size]`; with `pooling: 'none'` `[texts, tokens, size]`, padded with zeros after shorter texts. */
export type FeatureExtraction = (
  texts: string | readonly string[],
  options?: FeatureExtractionOptions,
) => Promise<Tensor>;

/** The signatures of pipelines, by task. */
export interface PipelineCalls {
  'text-classification': TextClassification;
  'zero-shot-classification': ZeroShotClassification;
  'token-classification': TokenClassification;
  'question-answering': QuestionAnswering;
  'fill-mask': FillMask;
  'feature-extraction': FeatureExtraction;
}

/** A task of {@link PipelineCalls}. */
export type PipelineTask = keyof PipelineCalls;

/** The definition of a task. */
interface TaskRow {
  /** The method that performs it, which the model must have. */
  readonly needs: 'classify' | 'classifyZeroShot' | 'tag' | 'answer' | 'fillMask' | 'embed';
  /** Other names of the task. */
  readonly aliases?: readonly string[];
  readonly options: Readonly<Record<string, Rule>>;
  /** Number of arguments before the options. */
  readonly inputs: 1 | 2;
  /** Runs one call, whose options have been checked. */
  readonly answer: (model: Model, options: never, ...inputs: never[]) => Promise<unknown>;
}

const allOrSome: Rule = {
  expected: 'a whole number from 1 on, or null for all',
  accepts: (value) => value === null || whole(1).accepts(value),
};

/** All tasks. */
export const pipelineTasks: Readonly<Record<PipelineTask, TaskRow>> = {
  'text-classification': {
    needs: 'classify',
    aliases: ['sentiment-analysis'],
    options: { top_k: allOrSome },
    inputs: 1,
    answer: classifyTexts,
  },
  'zero-shot-classification': {
    needs: 'classifyZeroShot',
    options: { hypothesis_template: text, multi_label: flag },
    inputs: 2,
    answer: classifyZeroShot,
  },
  'token-classification': {
    needs: 'tag',
    aliases: ['ner'],
    options: { ignore_labels: listOf(string), aggregation_strategy: oneOf(['none', 'simple']) },
    inputs: 1,
    answer: classifyTokens,
  },
  'question-answering': { needs: 'answer', options: { top_k: whole(1) }, inputs: 2, answer: answerQuestions },
  'fill-mask': { needs: 'fillMask', options: { top_k: whole(1) }, inputs: 1, answer: fillMasks },
  'feature-extraction': {
    needs: 'embed',
    aliases: ['embeddings'],
    options: {
      pooling: oneOf(['none', 'mean', 'cls', 'first_token', 'last_token', 'eos']),
      normalize: flag,
      quantize: flag,
      precision: oneOf(['binary', 'ubinary']),
    },
    inputs: 1,
    answer: extractFeatures,
  },
};

/** Runs one call of a pipeline. @throws InvalidArgumentError, and what the model throws */
export function callPipeline(
  { options, inputs, answer }: TaskRow,
  model: Model,
  args: readonly unknown[],
): Promise<unknown> {
  const given = args[inputs] as object | undefined;
  checkOptions(given, options);
  return answer(model, (given ?? {}) as never, ...(args.slice(0, inputs) as never[]));
}

/** Returns one result for one input, and a list for a list. */
async function oneOrMany<In, Out>(
  inputs: In | readonly In[],
  answer: (many: readonly In[]) => Promise<Out[]>,
): Promise<Out | Out[]> {
  const many = Array.isArray(inputs);
  const answers = await answer(many ? (inputs as readonly In[]) : [inputs as In]);
  return many ? answers : (answers[0] as Out);
}

const textOrPair: Rule = {
  expected: 'a text, or { text, text_pair }',
  accepts: (value) =>
    string.accepts(value) ||
    (typeof value === 'object' &&
      value !== null &&
      'text' in value &&
      'text_pair' in value &&
      string.accepts(value.text) &&
      string.accepts(value.text_pair)),
};

async function classifyTexts(
  model: Model,
  { top_k = 1 }: { readonly top_k?: number | null },
  texts: TextOrPair | readonly TextOrPair[],
): Promise<unknown> {
  const many: readonly TextOrPair[] = Array.isArray(texts) ? texts : [texts as TextOrPair];
  many.forEach((each, index) => checkArgument(`texts[${index}]`, each, textOrPair));
  const inputs = many.map((each): TextInput => (typeof each === 'string' ? each : [each.text, each.text_pair]));
  const scores = await model.classify(inputs, top_k === null ? {} : { topK: top_k });
  if (!Array.isArray(texts)) return scores[0];
  return top_k === 1 ? scores.flat() : scores;
}

function classifyZeroShot(
  model: Model,
  { hypothesis_template, multi_label }: ZeroShotPipelineOptions,
  texts: string | readonly string[],
  labels: string | readonly string[],
): Promise<unknown> {
  return oneOrMany(texts, async (many) => {
    const candidates = typeof labels === 'string' ? [labels] : labels;
    const options = { hypothesisTemplate: hypothesis_template, multiLabel: multi_label };
    const scored = await model.classifyZeroShot(many, candidates, options);
    return scored.map((scores, index): ZeroShotOutput => ({
      sequence: many[index] ?? '',
      labels: scores.map(({ label }) => label),
      scores: scores.map(({ score }) => score),
    }));
  });
}

/** A token of the text with its index, its id and its decoded text. */
interface PlacedToken extends TaggedToken {
  readonly index: number;
  readonly id: number;
  readonly word: string;
}

function classifyTokens(
  model: Model,
  { ignore_labels = ['O'], aggregation_strategy = 'none' }: TokenClassificationOptions,
  texts: string | readonly string[],
): Promise<unknown> {
  const decode = async (ids: readonly number[]): Promise<string> =>
    model.tokenizer.decode(ids, { skipSpecialTokens: true });
  const place = async (tokens: readonly TaggedToken[], encoding: Encoding | undefined): Promise<PlacedToken[]> => {
    const { ids = [], sequenceIds = [] } = encoding ?? {};
    const places = sequenceIds.flatMap((sequence, index) => (sequence === 0 ? [index] : []));
    const placed = tokens.map(async (token, at): Promise<PlacedToken> => {
      const index = places[at] ?? 0;
      const id = ids[index] ?? 0;
      return { ...token, index, id, word: await decode([id]) };
    });
    // As in transformers.js, a token that is only a space is not a word.
    return (await Promise.all(placed)).filter(({ label, word }) => word !== '' && !ignore_labels.includes(label));
  };
  return oneOrMany(texts, async (many) => {
    const { maxLength } = await model.info();
    const tagged = await model.tag(many);
    const encoded = await model.tokenizer.encodeBatch(many, { maxLength, truncation: 'longest_first' });
    const placed = await Promise.all(tagged.map((tokens, row) => place(tokens, encoded[row])));
    if (aggregation_strategy === 'simple') return Promise.all(placed.map((tokens) => grouped(tokens, decode)));
    return placed.map((tokens) =>
      tokens.map(({ label, score, index, word, start, end }) => ({ entity: label, score, index, word, start, end })),
    );
  });
}

function grouped(
  tokens: readonly PlacedToken[],
  decode: (ids: readonly number[]) => Promise<string>,
): Promise<TokenOutput[]> {
  return Promise.all(
    groupEntities(tokens).map(async ({ label, parts }) => ({
      entity_group: label,
      score: parts.reduce((sum, { score }) => sum + score, 0) / parts.length,
      word: await decode(parts.map(({ id }) => id)),
      start: parts[0]?.start ?? 0,
      end: parts.at(-1)?.end ?? 0,
    })),
  );
}

async function answerQuestions(
  model: Model,
  { top_k = 1 }: { readonly top_k?: number },
  questions: string | readonly string[],
  contexts: string | readonly string[],
): Promise<unknown> {
  const { maxLength } = await model.info();
  // Request one more: "no answer" may be among them, and is omitted as in transformers.js.
  const options = { topK: top_k + 1, maxAnswerLength: maxLength };
  return oneOrMany<string, AnswerOutput | AnswerOutput[]>(questions, async (many) => {
    const found = await model.answer(many, contexts, options);
    const spans = found.map((answers) =>
      answers
        .filter(({ start, end }) => end > start)
        .slice(0, top_k)
        .map(({ answer, score, start, end }): AnswerOutput => ({ answer, score, start, end })),
    );
    return top_k === 1 ? spans.flat() : spans;
  });
}

function fillMasks(
  model: Model,
  { top_k = 5 }: { readonly top_k?: number },
  texts: string | readonly string[],
): Promise<unknown> {
  return oneOrMany(texts, async (many) => {
    const filled = await model.fillMask(many, { topK: top_k });
    return filled.map(([first = []]) =>
      first.map(({ score, tokenId, text: token, sequence }): FillMaskOutput => ({
        score,
        token: tokenId,
        token_str: token,
        sequence,
      })),
    );
  });
}

async function extractFeatures(
  model: Model,
  { pooling = 'none', normalize = false, quantize = false, precision = 'binary' }: FeatureExtractionOptions,
  texts: string | readonly string[],
): Promise<Tensor> {
  const many = typeof texts === 'string' ? [texts] : texts;
  const scaled = (vector: Float32Array): Float32Array => (normalize ? toUnitLength(vector) : vector);
  if (pooling === 'none') {
    if (quantize) checkArgument('pooling', pooling, { ...oneOf(['mean', 'cls']), expected: 'a pooling to quantize' });
    return padded(await model.outputs(many, { head: false }), scaled);
  }
  const vectors = (await pooled(model, many, pooling)).map(scaled);
  return stack(quantize ? vectors.map((vector) => quantizeTo(vector, precision)) : vectors);
}

async function pooled(
  model: Model,
  texts: readonly string[],
  pooling: Exclude<FeatureExtractionOptions['pooling'], 'none' | undefined>,
): Promise<Float32Array[]> {
  switch (pooling) {
    case 'mean':
      return model.embed(texts, { pooling: 'mean' });
    case 'cls':
    case 'first_token':
      return model.embed(texts, { pooling: 'cls' });
    case 'last_token':
    case 'eos': {
      const outputs = await model.outputs(texts, { head: false });
      return outputs.map((output) => {
        const { values, width } = hiddenStates(output);
        return values.slice(-width);
      });
    }
  }
}

const quantizeTo = (vector: Float32Array, precision: 'binary' | 'ubinary'): Int8Array | Uint8Array =>
  precision === 'binary' ? quantizeEmbedding(vector, precision) : quantizeEmbedding(vector, precision);

function hiddenStates({ last_hidden_state: hidden }: ModelOutputs): {
  readonly values: Float32Array;
  readonly length: number;
  readonly width: number;
} {
  const { values = new Float32Array(), shape: [length = 0, width = 0] = [] } = hidden ?? {};
  return { values, length, width };
}

/** Pads the hidden states of texts of different lengths into one tensor. */
function padded(outputs: readonly ModelOutputs[], scaled: (vector: Float32Array) => Float32Array): Tensor {
  const rows = outputs.map(hiddenStates);
  const length = Math.max(0, ...rows.map((row) => row.length));
  const width = rows[0]?.width ?? 0;
  const data = allocate(Float32Array, rows.length * length * width);
  rows.forEach(({ values }, row) => {
    for (let at = 0; at < values.length; at += width) {
      data.set(scaled(values.subarray(at, at + width)), row * length * width + at);
    }
  });
  return new Tensor(data, [rows.length, length, width]);
}
