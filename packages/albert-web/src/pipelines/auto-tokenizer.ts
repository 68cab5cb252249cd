/** A model's tokenizer without the model, with the interface of transformers.js's `AutoTokenizer`. */
import { openModel, optionalFiles, type ModelLocation } from '@albert-web/checkpoints';
import {
  checkArgument,
  checkOptions,
  flag,
  InvalidArgumentError,
  oneOrMany,
  string,
  whole,
  type Rules,
} from '@albert-web/errors';
import { readTokenizer, type Encoding, type TextInput, type Tokenizer } from '@albert-web/tokenizer';
import { Tensor } from './tensor.ts';

/** How texts are tokenized. */
export interface TokenizeOptions {
  /** The second text of each pair. */
  readonly text_pair?: string | readonly string[] | undefined;
  /** `true` pads to the longest text of the batch, `max_length` to `max_length`. Default false. */
  readonly padding?: boolean | 'max_length' | undefined;
  /** Whether to truncate texts longer than `max_length`. Default false. */
  readonly truncation?: boolean | undefined;
  /** Default: the value in the model's settings. */
  readonly max_length?: number | undefined;
  /** Whether to add `[CLS]` and `[SEP]`. Default true. */
  readonly add_special_tokens?: boolean | undefined;
}

/** Tokenized texts as tensors of shape `[texts, tokens]`. */
export interface TokenizedTensors {
  readonly input_ids: Tensor;
  readonly attention_mask: Tensor;
  readonly token_type_ids: Tensor;
}

/** Tokenized texts as lists, one per text; for a single text, lists of numbers. */
export interface TokenizedLists<Ids = readonly number[] | readonly (readonly number[])[]> {
  readonly input_ids: Ids;
  readonly attention_mask: Ids;
  readonly token_type_ids: Ids;
}

/** A tokenizer: a function that tokenizes, with methods to decode. */
export interface PretrainedTokenizer {
  (texts: string | readonly string[], options?: TokenizeOptions & { readonly return_tensor?: true }): TokenizedTensors;
  (texts: string, options: TokenizeOptions & { readonly return_tensor: false }): TokenizedLists<readonly number[]>;
  (
    texts: readonly string[],
    options: TokenizeOptions & { readonly return_tensor: false },
  ): TokenizedLists<readonly (readonly number[])[]>;
  /** Returns the ids of a text. */
  encode(text: string, options?: Pick<TokenizeOptions, 'text_pair' | 'add_special_tokens'>): number[];
  /** Returns the tokens of a text; with special tokens only if requested. */
  tokenize(text: string, options?: { readonly pair?: string; readonly add_special_tokens?: boolean }): string[];
  /** Converts ids to text. */
  decode(ids: Ids, options?: { readonly skip_special_tokens?: boolean }): string;
  /** Converts many lists of ids to texts. */
  batch_decode(batch: Tensor | readonly Ids[], options?: { readonly skip_special_tokens?: boolean }): string[];
  readonly cls_token_id: number;
  readonly sep_token_id: number;
  readonly pad_token_id: number;
  readonly unk_token_id: number;
  readonly mask_token_id: number;
  readonly mask_token: string;
  readonly model_max_length: number;
}

/** Ids, as a list or a one-dimensional tensor. */
export type Ids = readonly (number | bigint)[] | Tensor;

const tokenizeRules: Rules<Required<TokenizeOptions & { return_tensor: boolean }>> = {
  text_pair: oneOrMany(string),
  padding: {
    expected: 'true, false or "max_length"',
    accepts: (value) => flag.accepts(value) || value === 'max_length',
  },
  truncation: flag,
  max_length: whole(1),
  add_special_tokens: flag,
  return_tensor: flag,
};

/** Opens tokenizers. */
export const AutoTokenizer = {
  /**
   * Reads only the tokenizer of a model.
   *
   * @throws InvalidArgumentError if no file describes a tokenizer, TokenizerFormatError, MissingFileError, ReadError
   */
  async from_pretrained(
    location: ModelLocation,
    options: { readonly revision?: string; readonly local_files_only?: boolean } = {},
  ): Promise<PretrainedTokenizer> {
    checkOptions(options, { revision: string, local_files_only: flag });
    const { revision, local_files_only } = options;
    const files = optionalFiles(await openModel(location, { revision, localOnly: local_files_only }));
    return pretrained(await readTokenizer(files));
  },
};

/** Wraps a tokenizer in the interface of transformers.js. */
export function pretrained(tokenizer: Tokenizer): PretrainedTokenizer {
  const { modelMaxLength: maxLength } = tokenizer;
  const call = (
    texts: string | readonly string[],
    options: TokenizeOptions & { readonly return_tensor?: boolean } = {},
  ): TokenizedTensors | TokenizedLists => {
    checkOptions(options, tokenizeRules);
    const { padding = false, truncation = false, add_special_tokens = true, return_tensor = true } = options;
    const { max_length = maxLength } = options;
    const encodings = tokenizer.encodeBatch(pairUp(texts, options.text_pair), {
      addSpecialTokens: add_special_tokens,
      padding: padding === true ? 'longest' : padding,
      ...((truncation || padding === 'max_length') && Number.isFinite(max_length) && { maxLength: max_length }),
      truncation: truncation ? 'longest_first' : 'do_not_truncate',
    });
    const lists = {
      input_ids: encodings.map(({ ids }) => ids),
      attention_mask: encodings.map(({ attentionMask }) => attentionMask),
      token_type_ids: encodings.map(({ typeIds }) => typeIds),
    };
    if (return_tensor) {
      checkEqualLengths(encodings);
      return mapValues(lists, toTensor);
    }
    return typeof texts === 'string' ? mapValues(lists, ([only = []]) => only) : lists;
  };
  const encode = (text: string, pair: string | undefined, addSpecialTokens: boolean): Encoding =>
    tokenizer.encode(pair === undefined ? text : [text, pair], { addSpecialTokens });
  const decode: PretrainedTokenizer['decode'] = (ids, options = {}) => {
    checkOptions(options, { skip_special_tokens: flag });
    return tokenizer.decode(numbers(ids), { skipSpecialTokens: options.skip_special_tokens ?? false });
  };
  const { cls, sep, pad, unk, mask } = tokenizer.special;
  return Object.assign(call as PretrainedTokenizer, {
    encode: (text: string, options: Pick<TokenizeOptions, 'text_pair' | 'add_special_tokens'> = {}) => {
      checkOptions(options, { text_pair: string, add_special_tokens: flag });
      return [...encode(text, options.text_pair as string | undefined, options.add_special_tokens ?? true).ids];
    },
    tokenize: (text: string, options: { readonly pair?: string; readonly add_special_tokens?: boolean } = {}) => {
      checkOptions(options, { pair: string, add_special_tokens: flag });
      return [...encode(text, options.pair, options.add_special_tokens ?? false).tokens];
    },
    decode,
    batch_decode: (batch: Tensor | readonly Ids[], options?: { readonly skip_special_tokens?: boolean }) =>
      Array.from<Ids, string>(batch, (ids) => decode(ids, options)),
    cls_token_id: cls,
    sep_token_id: sep,
    pad_token_id: pad,
    unk_token_id: unk,
    mask_token_id: mask,
    mask_token: tokenizer.idToToken(mask) ?? '',
    model_max_length: maxLength,
  });
}

function pairUp(texts: string | readonly string[], pairs: string | readonly string[] | undefined): TextInput[] {
  checkArgument('texts', texts, oneOrMany(string));
  const first = typeof texts === 'string' ? [texts] : texts;
  if (pairs === undefined) return [...first];
  const second = typeof pairs === 'string' ? [pairs] : pairs;
  if (first.length === second.length) return first.map((text, index) => [text, second[index] ?? '']);
  throw new InvalidArgumentError({
    problem: `There are ${first.length} texts, and text_pair has ${second.length}`,
    expected: 'Expected a second text for each',
    remedy: 'Correct text_pair',
  });
}

function checkEqualLengths(encodings: readonly Encoding[]): void {
  if (new Set(encodings.map(({ ids }) => ids.length)).size <= 1) return;
  throw new InvalidArgumentError({
    problem: 'Texts of different lengths cannot form a tensor',
    expected: 'Expected padding: true',
    remedy: 'Pad them, or request lists with return_tensor: false',
  });
}

const toTensor = (rows: readonly (readonly number[])[]): Tensor =>
  new Tensor(BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0]?.length ?? 0]);

const numbers = (ids: Ids): number[] =>
  Array.from<number | bigint, number>(ids instanceof Tensor ? ids.data : ids, Number);

function mapValues<T, U>(
  { input_ids, attention_mask, token_type_ids }: Record<keyof TokenizedTensors, T>,
  of: (value: T) => U,
): Record<keyof TokenizedTensors, U> {
  return { input_ids: of(input_ids), attention_mask: of(attention_mask), token_type_ids: of(token_type_ids) };
}
