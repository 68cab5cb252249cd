import { AlignedText } from '../aligned-text.ts';
import {
  addedTokenSplitter,
  extendVocabulary,
  fastWordTest,
  specialContents,
  tokenizeSegments,
} from '../added-tokens.ts';
import { Bpe, type BpePart, type MergeOf } from '../models/bpe.ts';
import { byteIds } from '../models/byte-pieces.ts';
import { type DeclaredToken, isRecord, MAX_ID, type SpecialTokens, type TokenizerConfig } from '../config.ts';
import { atMost, flagOf, type JsonPart, listOf, malformed, partOf, stringOf, unsupported } from './file.ts';
import { readNormalizer } from './normalizer.ts';
import { checkPostProcessor } from './post-processor.ts';
import { type PreTokenizer, readPreTokenizer, type Word } from './pre-tokenizer.ts';
import type { NormalizationStep } from '../normalize.ts';
import { SPACE_MARK } from '../spiece/normalizer.ts';
import { type Pipeline, pushToken, type TokenList, type Vocabulary, vocabularyOf } from '../token-list.ts';
import { Unigram } from '../models/unigram.ts';
import { WordPiece } from '../models/wordpiece.ts';
import { joinWordPieces, LONGEST_WORD, pushWord } from '../wordpiece/tokenizer.ts';
import { cutToHalves } from '../truncation.ts';

/** Appends the tokens of one word. */
type Model = (word: Word, list: TokenList) => void;

/** A limit, because each added token is looked up at every character of a text. */
const MAX_ADDED_TOKENS = 4096;
/** Maximum `max_input_chars_per_word`: WordPiece takes quadratic time in the length of a word. Converters write 100. */
const MAX_WORD_LENGTH = 1000;

/**
 * In huggingface/tokenizers, an unknown character scores this much less than the rarest piece
 * (src/models/unigram/model.rs).
 */
const UNKNOWN_PENALTY = 10;

/**
 * A Hugging Face fast tokenizer, as described by its `tokenizer.json`. On some texts its ids differ from the slow tokenizer's, as
 * they do in transformers: a penalty replaces the digit-comma rule, and user-defined pieces split the text.
 */
export class JsonTokenizer implements Pipeline {
  readonly vocabulary: Vocabulary;
  readonly cutPair = cutToHalves;
  /** Whether the second text of a pair has token type 1. */
  readonly hasTokenTypes: boolean;
  readonly #splitText: ReturnType<typeof addedTokenSplitter>;
  readonly #splitNormalized: ReturnType<typeof addedTokenSplitter>;
  readonly #normalize: readonly NormalizationStep[];
  readonly #preTokenize: PreTokenizer;
  readonly #model: Model;
  readonly #isWordPiece: boolean;
  /** Matches the spaces before punctuation that the decoder removes. */
  readonly #gaps: RegExp;

  /**
   * @param file parsed `tokenizer.json`
   * @param config settings of its companion files; tokens that the file lacks are added
   * @throws TokenizerFormatError when the file is malformed or uses something that no ALBERT model uses
   */
  constructor(file: unknown, config: TokenizerConfig) {
    const json = partOf(file, 'the whole file');
    const model = partOf(json['model'], 'model');
    const kind = kindOf(model);
    const own = readAddedTokens(file);
    const known = new Set(own.map(({ content }) => content));
    const others = config.declaredTokens.filter(({ content }) => !known.has(content));
    const base = baseVocabulary(model, kind, own.length);
    const { tokens, added } = extendVocabulary(base, [...own, ...others], 'tokenizer.json');
    this.vocabulary = vocabularyOf(tokens, specialContents(added), unknownId(model, kind, base, config.specialTokens));
    this.hasTokenTypes = checkPostProcessor(json['post_processor'], config.specialTokens);
    this.#isWordPiece = kind === 'WordPiece';
    const decoder = json['decoder'] ?? {};
    const cleans = flagOf(partOf(decoder, 'decoder')['cleanup'], this.#isWordPiece, 'cleanup');
    this.#gaps = cleans ? / ([.?!,])/gu : /(?!)/u;
    this.#normalize = readNormalizer(bertOverride(json['normalizer'], config));
    this.#splitText = addedTokenSplitter(
      added.filter(({ normalized }) => !normalized),
      false,
      fastWordTest,
    );
    // Tokens that are matched in normalized text are normalized too.
    const inNormalized = added
      .filter(({ normalized }) => normalized)
      .map((token) => ({ ...token, content: this.#normalized(token.content) }))
      .filter(({ content }) => content !== '');
    this.#splitNormalized = addedTokenSplitter(inNormalized, false, fastWordTest);
    this.#preTokenize = readPreTokenizer(json['pre_tokenizer']);
    this.#model = modelOf(model, kind, this.vocabulary);
  }

  tokenize(text: string): TokenList {
    return tokenizeSegments(text, this.#splitText(text), this.vocabulary, (part, list) =>
      this.#tokenizeBetween(part, list),
    );
  }

  join(tokens: readonly string[]): string {
    if (this.#isWordPiece) return joinWordPieces(tokens).replace(this.#gaps, '$1');
    return tokens.map((token, i) => token.replaceAll('▁', i === 0 ? '' : ' ')).join('');
  }

  #normalized(content: string): string {
    const text = this.#normalize.reduce((current, step) => step(current), AlignedText.of(content));
    return text.slice(0, text.length);
  }

  #tokenizeBetween(text: AlignedText, list: TokenList): void {
    const normalized = this.#normalize.reduce((current, step) => step(current), text);
    for (const { id, start, end } of this.#splitNormalized(normalized.slice(0, normalized.length))) {
      if (id < 0) {
        const between = end - start === normalized.length ? normalized : normalized.range(start, end);
        for (const word of this.#preTokenize(between)) this.#model(word, list);
      } else {
        pushToken(
          list,
          id,
          this.vocabulary.tokens[id] ?? '',
          normalized.starts[start] ?? 0,
          normalized.ends[end - 1] ?? 0,
        );
      }
    }
  }
}

/** Reads the tokens that a `tokenizer.json` adds to those of its model. @throws TokenizerFormatError */
export function readAddedTokens(file: unknown): DeclaredToken[] {
  const tokens = listOf(partOf(file, 'the whole file')['added_tokens'] ?? [], 'added_tokens');
  return atMost(MAX_ADDED_TOKENS, tokens, 'added_tokens').map(readAddedToken);
}

/** The supported model types of `tokenizer.json`. */
const kinds = ['Unigram', 'WordPiece', 'BPE'] as const;
type Kind = (typeof kinds)[number];

/** Returns the type of a model. Infers it in old files, which do not name it. */
export function kindOf(model: JsonPart): Kind {
  const implied = Array.isArray(model['vocab']) ? 'Unigram' : Array.isArray(model['merges']) ? 'BPE' : 'WordPiece';
  const type = model['type'] ?? implied;
  const known = kinds.find((kind) => kind === type);
  if (known) return known;
  throw unsupported('model', type);
}

/** The model's own tokens by id. @param more number of ids that added tokens may take in between */
function baseVocabulary(model: JsonPart, kind: Kind, more: number): (string | undefined)[] {
  if (kind === 'Unigram')
    return listOf(model['vocab'], 'vocab').map((entry) => stringOf(listOf(entry, 'a vocab entry')[0], 'a piece'));
  const entries = Object.entries(partOf(model['vocab'], 'vocab'));
  const tokens: (string | undefined)[] = [];
  for (const [token, id] of entries) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= entries.length + more)
      throw malformed(`the id of ${JSON.stringify(token)}`, `a whole number below ${entries.length + more}`, id);
    tokens[id] = token;
  }
  return tokens;
}

function unknownId(model: JsonPart, kind: Kind, base: readonly (string | undefined)[], names: SpecialTokens): number {
  const unknown = stringOf(model['unk_token'] ?? names.unk, 'unk_token');
  const id = kind === 'Unigram' ? model['unk_id'] : base.indexOf(unknown);
  if (typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < base.length) return id;
  throw malformed('unk_id', 'an id of the vocabulary', id);
}

function readAddedToken(value: unknown): DeclaredToken {
  const token = partOf(value, 'an added token');
  const content = stringOf(token['content'], 'the content of an added token');
  if (content === '') throw malformed('the content of an added token', 'some text', content);
  const { id } = token;
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= MAX_ID)
    throw malformed(`the id of ${JSON.stringify(content)}`, `a whole number below ${MAX_ID}`, id);
  return {
    content,
    id,
    lstrip: flagOf(token['lstrip'], false, 'lstrip'),
    rstrip: flagOf(token['rstrip'], false, 'rstrip'),
    singleWord: flagOf(token['single_word'], false, 'single_word'),
    normalized: flagOf(token['normalized'], false, 'normalized'),
    special: flagOf(token['special'], false, 'special'),
  };
}

/** BertTokenizerFast overrides the flags of its normalizer with `tokenizer_config.json` (transformers, tokenization_bert_fast.py). */
function bertOverride(normalizer: unknown, { tokenizer_class, ...config }: TokenizerConfig): unknown {
  if (!tokenizer_class?.startsWith('BertTokenizer') || !isRecord(normalizer) || normalizer['type'] !== 'BertNormalizer')
    return normalizer;
  return {
    ...normalizer,
    lowercase: config.do_lower_case,
    strip_accents: config.strip_accents ?? null,
    handle_chinese_chars: config.tokenize_chinese_chars,
  };
}

function modelOf(model: JsonPart, kind: Kind, vocabulary: Vocabulary): Model {
  switch (kind) {
    case 'Unigram':
      return unigramModel(model, vocabulary);
    case 'WordPiece':
      return wordPieceModel(model, vocabulary);
    case 'BPE':
      return bpeModel(model, vocabulary);
  }
}

/** Byte-pair encoding. Missing characters become byte pieces or the unknown token. */
function bpeModel(model: JsonPart, { ids, tokens, unknownId }: Vocabulary): Model {
  for (const affix of ['continuing_subword_prefix', 'end_of_word_suffix'])
    if (model[affix] !== null && model[affix] !== undefined && model[affix] !== '')
      throw unsupported(affix, model[affix]);
  if (flagOf(model['ignore_merges'], false, 'ignore_merges')) throw unsupported('ignore_merges', true);
  if (model['dropout'] !== null && model['dropout'] !== undefined && model['dropout'] !== 0)
    throw unsupported('dropout', model['dropout']);
  const fuses = flagOf(model['fuse_unk'], false, 'fuse_unk');
  const fallsBack = flagOf(model['byte_fallback'], false, 'byte_fallback');
  const bpe = new Bpe(ids, readMerges(model, ids));
  return ({ text, from, to }, list) => {
    for (const part of joinUnknown(bpe.segment(text, from, to), fuses && !fallsBack)) {
      const [start, end] = [text.starts[part.from] ?? 0, text.ends[part.to - 1] ?? 0];
      const content = text.slice(part.from, part.to);
      const bytes = part.id < 0 && fallsBack ? byteIds(content, ids) : undefined;
      if (bytes) for (const id of bytes) pushToken(list, id, tokens[id] ?? '', start, end);
      else if (part.id < 0) pushToken(list, unknownId, content, start, end);
      else pushToken(list, part.id, content, text.starts[visibleFrom(text, part)] ?? 0, end);
    }
  };
}

/** Returns the start of a piece without its leading space mark. */
const visibleFrom = (text: AlignedText, { from, to }: BpePart): number =>
  to - from > 1 && text.units[from] === SPACE_MARK ? from + 1 : from;

function readMerges(model: JsonPart, ids: ReadonlyMap<string, number>): MergeOf {
  const merges = new Map<string, { rank: number; id: number }>();
  const pairKey = (left: number, right: number): string => `${left} ${right}`;
  listOf(model['merges'], 'merges').forEach((entry, rank) => {
    const [left, right] = typeof entry === 'string' ? entry.split(' ') : listOf(entry, 'a merge');
    const [a, b, joined] = [left, right, `${String(left)}${String(right)}`].map((token) => ids.get(String(token)));
    if (a === undefined || b === undefined || joined === undefined)
      throw malformed('a merge', 'two tokens whose concatenation is in the vocabulary', entry);
    merges.set(pairKey(a, b), { rank, id: joined });
  });
  return (_, left, right) => merges.get(pairKey(left.id, right.id));
}

/** Merges runs of unknown characters if the model asks for it. */
function joinUnknown(parts: readonly BpePart[], fuses: boolean): BpePart[] {
  if (!fuses) return [...parts];
  const joined: BpePart[] = [];
  for (const part of parts) {
    const previous = joined.at(-1);
    if (part.id < 0 && previous && previous.id < 0) joined[joined.length - 1] = { ...part, from: previous.from };
    else joined.push(part);
  }
  return joined;
}

function unigramModel(model: JsonPart, { tokens, ids, unknownId }: Vocabulary): Model {
  const fallsBack = flagOf(model['byte_fallback'], false, 'byte_fallback');
  const vocab = listOf(model['vocab'], 'vocab').map((entry) => listOf(entry, 'a vocab entry'));
  const texts = vocab.map(([text]) => stringOf(text, 'a piece'));
  const scores = vocab.map(([, score]) => {
    if (typeof score === 'number' && Number.isFinite(score)) return score;
    throw malformed('the score of a piece', 'a number', score);
  });
  const rarest = scores.reduce((least, score) => Math.min(least, score), Infinity);
  const unigram = new Unigram(texts, scores, {
    unknownId,
    unknownScore: rarest - UNKNOWN_PENALTY,
    singlePrecision: false,
  });
  return ({ text, from, to }, list) => {
    const segmentation = unigram.segment(text, from, to);
    let start = from;
    for (let i = 0; i < segmentation.ids.length; i++) {
      const piece = segmentation.ids[i] ?? unknownId;
      const end = segmentation.ends[i] ?? to;
      const token = piece === unknownId ? text.slice(start, end) : (tokens[piece] ?? '');
      const bytes = piece === unknownId && fallsBack ? byteIds(token, ids) : undefined;
      for (const id of bytes ?? [])
        pushToken(list, id, tokens[id] ?? '', text.starts[start] ?? 0, text.ends[end - 1] ?? 0);
      start = bytes ? end : start;
      if (bytes) continue;
      const id = piece === unknownId ? (ids.get(token) ?? unknownId) : piece;
      const visible = end - start > 1 && text.units[start] === SPACE_MARK ? start + 1 : start;
      pushToken(list, id, token, text.starts[visible] ?? 0, text.ends[end - 1] ?? 0);
      start = end;
    }
  };
}

function wordPieceModel(model: JsonPart, vocabulary: Vocabulary): Model {
  const prefix = model['continuing_subword_prefix'] ?? '##';
  if (prefix !== '##') throw unsupported('continuing_subword_prefix', prefix);
  const longest = model['max_input_chars_per_word'] ?? LONGEST_WORD;
  if (typeof longest !== 'number' || !(longest >= 1 && longest <= MAX_WORD_LENGTH))
    throw malformed('max_input_chars_per_word', `a number up to ${MAX_WORD_LENGTH}`, longest);
  const wordPiece = new WordPiece(vocabulary.ids, longest);
  return ({ text, from, to }, list) => pushWord(list, text, from, to, wordPiece, vocabulary);
}
