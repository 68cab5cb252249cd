import { AlignedText } from './aligned-text.ts';
import { type AddedToken, addedTokenSplitter, fastWordTest } from './added-tokens.ts';
import type { SpecialTokens } from './config.ts';
import { atMost, flagOf, type JsonPart, listOf, malformed, partOf, stringOf, unsupported } from './json-file.ts';
import { readNormalizer } from './json-normalizer.ts';
import { type PreTokenizer, readPreTokenizer, type Word } from './json-pre-tokenizer.ts';
import type { NormalizationStep } from './normalize.ts';
import { SPACE_MARK } from './spiece-normalizer.ts';
import { emptyTokenList, type Pipeline, pushToken, type TokenList, type Vocabulary } from './token-list.ts';
import { Unigram } from './unigram.ts';
import { WordPiece } from './wordpiece.ts';
import { joinWordPieces, LONGEST_WORD, pushWord } from './wordpiece-tokenizer.ts';

/** Appends the tokens of one word. */
type Model = (word: Word, list: TokenList) => void;

/** Each is looked for at every character of a text. */
const MOST_ADDED = 4096;
/** Characters of a word that WordPiece may try to cut; the work grows with their square. Converters write 100. */
const LONGEST_SPLIT = 1000;

/** huggingface/tokenizers puts an unknown character this far below the rarest piece (src/models/unigram/model.rs). */
const UNKNOWN_PENALTY = 10;

/**
 * A fast tokenizer of Hugging Face as its `tokenizer.json` describes it. Ids differ from the slow tokenizer's on some
 * texts, as Hugging Face's own do: there is no digit-comma rule but a penalty, and user-defined pieces cut the text.
 */
export class JsonTokenizer implements Pipeline {
  readonly vocabulary: Vocabulary;
  readonly #splitText: ReturnType<typeof addedTokenSplitter>;
  readonly #splitNormalized: ReturnType<typeof addedTokenSplitter>;
  readonly #normalize: readonly NormalizationStep[];
  readonly #preTokenize: PreTokenizer;
  readonly #model: Model;
  readonly #isWordPiece: boolean;
  /** Spaces that the decoder takes out before punctuation. */
  readonly #gaps: RegExp;

  /**
   * @param file `tokenizer.json`, parsed
   * @param names the tokens that have a role; each must be in the vocabulary
   * @throws TokenizerFormatError when the file is malformed or describes what no ALBERT model uses
   */
  constructor(file: unknown, names: SpecialTokens) {
    const json = partOf(file, 'the whole file');
    const model = partOf(json['model'], 'model');
    const added = atMost(MOST_ADDED, listOf(json['added_tokens'] ?? [], 'added_tokens'), 'added_tokens').map((token) =>
      partOf(token, 'an added token'),
    );
    this.#isWordPiece = kindOf(model) === 'WordPiece';
    this.vocabulary = readVocabulary(model, added, names);
    const decoder = json['decoder'] ?? {};
    const cleans = flagOf(partOf(decoder, 'decoder')['cleanup'], this.#isWordPiece, 'cleanup');
    this.#gaps = cleans ? / ([.?!,])/gu : /(?!)/u;
    this.#splitText = addedTokenSplitter(addedTokens(added, false), false, fastWordTest);
    this.#splitNormalized = addedTokenSplitter(addedTokens(added, true), false, fastWordTest);
    this.#normalize = readNormalizer(json['normalizer']);
    this.#preTokenize = readPreTokenizer(json['pre_tokenizer']);
    this.#model = this.#isWordPiece ? wordPieceModel(model, this.vocabulary) : unigramModel(model, this.vocabulary);
  }

  tokenize(text: string): TokenList {
    const list = emptyTokenList();
    for (const { id, start, end } of this.#splitText(text)) {
      if (id >= 0) pushToken(list, id, this.vocabulary.tokens[id] ?? '', start, end);
      else this.#tokenizeBetween(AlignedText.of(text, start, end), list);
    }
    return list;
  }

  join(tokens: readonly string[]): string {
    if (this.#isWordPiece) return joinWordPieces(tokens).replace(this.#gaps, '$1');
    return tokens.map((token, i) => token.replaceAll('▁', i === 0 ? '' : ' ')).join('');
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

/** `Unigram` or `WordPiece`; old files name no type. */
export function kindOf(model: JsonPart): 'Unigram' | 'WordPiece' {
  const type = model['type'] ?? (Array.isArray(model['vocab']) ? 'Unigram' : 'WordPiece');
  if (type === 'Unigram' || type === 'WordPiece') return type;
  throw unsupported('model', type);
}

function readVocabulary(model: JsonPart, added: readonly JsonPart[], names: SpecialTokens): Vocabulary {
  const entries = kindOf(model) === 'Unigram' ? unigramVocabulary(model) : wordPieceVocabulary(model);
  const limit = entries.length + added.length;
  const tokens: (string | undefined)[] = [];
  const ids = new Map<string, number>();
  const extra = added.map((token): [string, unknown] => [
    stringOf(token['content'], 'the content of an added token'),
    token['id'],
  ]);
  for (const [token, id] of [...entries, ...extra]) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= limit) {
      throw malformed(`the id of ${JSON.stringify(token)}`, `a whole number below ${limit}`, id);
    }
    tokens[id] = token;
    ids.set(token, id);
  }
  const missing = Object.values(names).find((name) => !ids.has(name));
  if (missing !== undefined)
    throw malformed(`the id of ${missing}`, 'every special token in the vocabulary', undefined);
  return { tokens, ids, specialTokens: specialContents(added), unknownId: unknownId(model, ids, names) };
}

function specialContents(added: readonly JsonPart[]): Set<string> {
  return new Set(added.filter((token) => token['special'] === true).map((token) => String(token['content'])));
}

function unknownId(model: JsonPart, ids: ReadonlyMap<string, number>, names: SpecialTokens): number {
  const id = kindOf(model) === 'Unigram' ? model['unk_id'] : ids.get(names.unk);
  if (typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < ids.size) return id;
  throw malformed('unk_id', 'an id of the vocabulary', id);
}

function unigramVocabulary(model: JsonPart): [string, number][] {
  return listOf(model['vocab'], 'vocab').map((entry, id) => [
    stringOf(listOf(entry, 'a vocab entry')[0], 'a piece'),
    id,
  ]);
}

function wordPieceVocabulary(model: JsonPart): [string, unknown][] {
  return Object.entries(partOf(model['vocab'], 'vocab'));
}

function addedTokens(added: readonly JsonPart[], normalized: boolean): AddedToken[] {
  const chosen = added.filter((token) => flagOf(token['normalized'], false, 'normalized') === normalized);
  return chosen.map((token) => {
    const content = stringOf(token['content'], 'the content of an added token');
    if (content === '') throw malformed('the content of an added token', 'some text', content);
    return {
      content,
      id: Number(token['id']),
      lstrip: flagOf(token['lstrip'], false, 'lstrip'),
      rstrip: flagOf(token['rstrip'], false, 'rstrip'),
      singleWord: flagOf(token['single_word'], false, 'single_word'),
    };
  });
}

function unigramModel(model: JsonPart, { tokens, ids, unknownId }: Vocabulary): Model {
  if (flagOf(model['byte_fallback'], false, 'byte_fallback')) throw unsupported('byte_fallback', true);
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
  if (typeof longest !== 'number' || !(longest >= 1 && longest <= LONGEST_SPLIT))
    throw malformed('max_input_chars_per_word', `a number up to ${LONGEST_SPLIT}`, longest);
  const wordPiece = new WordPiece(vocabulary.ids, longest);
  return ({ text, from, to }, list) => pushWord(list, text, from, to, wordPiece, vocabulary);
}
