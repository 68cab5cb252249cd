import { AlignedText } from '../aligned-text.ts';
import { byteIds, joinBytes } from '../models/byte-pieces.ts';
import {
  addedTokenSplitter,
  extendVocabulary,
  slowWordTest,
  specialContents,
  tokenizeSegments,
} from '../added-tokens.ts';
import type { TokenizerConfig } from '../config.ts';
import {
  collapseWhitespace,
  lowerSigmas,
  mapCharacters,
  type NormalizationStep,
  replaceLiteral,
} from '../normalize.ts';
import { isCombining, isPythonDigit } from '../python-text.ts';
import { type Segmenter, segmenterOf } from './segmenter.ts';
import { PieceType, type SpieceModel } from './model.ts';
import { SPACE_MARK, SpieceNormalizer } from './normalizer.ts';
import { type Pipeline, pushToken, type TokenList, type Vocabulary, vocabularyOf } from '../token-list.ts';
import { cutOneByOne } from '../truncation.ts';

/**
 * Hugging Face's slow AlbertTokenizer (transformers, tokenization_albert.py), including the SentencePiece processor. It is the
 * reference for every ALBERT with a `spiece.model`.
 */
export class SpieceTokenizer implements Pipeline {
  readonly vocabulary: Vocabulary;
  readonly cutPair = cutOneByOne;
  readonly #split: ReturnType<typeof addedTokenSplitter>;
  /** Added tokens that get spaces around them in decoded text. */
  readonly #apart: Set<string>;
  readonly #preprocess: readonly NormalizationStep[];
  readonly #normalizer: SpieceNormalizer;
  readonly #segment: Segmenter;
  /** Matches the white space that normalization prepends. */
  readonly #prefix: RegExp;
  readonly #byteFallback: boolean;

  /** @throws TokenizerFormatError when the parts of the model do not match */
  constructor(model: SpieceModel, config: TokenizerConfig) {
    const { texts, types } = model.pieces;
    const { tokens, added } = extendVocabulary(texts, config.declaredTokens, 'spiece.model');
    this.vocabulary = vocabularyOf(tokens, specialContents(added), types.indexOf(PieceType.unknown));
    this.#apart = new Set(
      added.filter(({ special, id }) => !special || id >= texts.length).map(({ content }) => content),
    );
    for (const content of Object.values(config.specialTokens)) this.#apart.delete(content);
    this.#split = addedTokenSplitter(added, config.do_lower_case, slowWordTest);
    this.#preprocess = preprocessing(config);
    const userDefined = texts.filter((_, id) => types[id] === PieceType.userDefined);
    this.#normalizer = new SpieceNormalizer(model.normalizer, userDefined);
    this.#segment = segmenterOf(model);
    const { removeExtraWhitespaces, addDummyPrefix } = model.normalizer;
    this.#prefix = removeExtraWhitespaces ? /^\s+/u : addDummyPrefix ? /^ /u : /(?!)/u;
    this.#byteFallback = model.byteFallback;
  }

  tokenize(text: string): TokenList {
    return tokenizeSegments(text, this.#split(text), this.vocabulary, (part, list) =>
      this.#tokenizeBetween(part, list),
    );
  }

  join(tokens: readonly string[]): string {
    const parts: string[] = [];
    let pieces: string[] = [];
    for (const token of [...tokens, undefined]) {
      if (token !== undefined && !this.#apart.has(token)) {
        pieces.push(token);
        continue;
      }
      const text = this.#joinPieces(pieces);
      if (text !== '') parts.push(text);
      if (token !== undefined) parts.push(token);
      pieces = [];
    }
    return parts.join(' ');
  }

  #joinPieces(tokens: readonly string[]): string {
    let text = '';
    let words = '';
    let afterSpecial = false;
    // The pieces between special tokens are decoded as a separate text, without the space that normalization prepended.
    const flush = (): void => {
      text += words.replaceAll('▁', ' ').replace(this.#prefix, '');
      words = '';
    };
    for (const token of joinBytes(tokens)) {
      const special = this.vocabulary.specialTokens.has(token);
      if (special) {
        if (!afterSpecial) text += ' ';
        flush();
      }
      if (special) text += token;
      else words += token;
      afterSpecial = special;
    }
    flush();
    return text.trim();
  }

  #tokenizeBetween(text: AlignedText, list: TokenList): void {
    const preprocessed = this.#preprocess.reduce((current, step) => step(current), text);
    this.#encodePieces(preprocessed, (normalized, from, to, id) => {
      if (!endsWithDigitComma(normalized, from, to)) this.#push(list, normalized, from, to, id);
      else this.#encodeNumber(normalized, from, to, list);
    });
  }

  /** Does what SentencePiece's `Encode` does: visits each piece as a range of the normalized text. */
  #encodePieces(
    text: AlignedText,
    visit: (normalized: AlignedText, from: number, to: number, id: number) => void,
  ): void {
    const normalized = this.#normalizer.normalize(text);
    const { ids, ends } = this.#segment(normalized);
    let from = 0;
    for (let i = 0; i < ids.length; i++) {
      const to = ends[i] ?? 0;
      visit(normalized, from, to, ids[i] ?? 0);
      from = to;
    }
  }

  /** Splits a piece such as `▁9,` into the pieces of the number, then the comma: BERT's rule for `9,9`. */
  #encodeNumber(piece: AlignedText, from: number, to: number, list: TokenList): void {
    const number = new AlignedText(to - from);
    for (let i = from; i < to - 1; i++) if (piece.units[i] !== SPACE_MARK) number.pushRange(piece, i, i + 1);
    const continues = piece.units[from] !== SPACE_MARK;
    this.#encodePieces(number, (normalized, start, end, id) => {
      if (start > 0 || !continues || normalized.units[0] !== SPACE_MARK) this.#push(list, normalized, start, end, id);
      else if (end > 1) this.#push(list, normalized, 1, end);
    });
    this.#push(list, piece, to - 1, to);
  }

  /** @param id id of the piece, if already known */
  #push(list: TokenList, text: AlignedText, from: number, to: number, id?: number): void {
    const { tokens, unknownId } = this.vocabulary;
    const known = id !== undefined && id !== unknownId;
    const token = known ? (tokens[id] ?? '') : text.slice(from, to);
    const bytes = id === unknownId && this.#byteFallback ? byteIds(token, this.vocabulary.ids) : undefined;
    if (bytes) {
      for (const byte of bytes)
        pushToken(list, byte, tokens[byte] ?? '', text.starts[from] ?? 0, text.ends[to - 1] ?? 0);
      return;
    }
    let visible = from;
    while (visible < to - 1 && text.units[visible] === SPACE_MARK) visible++;
    pushToken(
      list,
      known ? id : (this.vocabulary.ids.get(token) ?? unknownId),
      token,
      text.starts[visible] ?? 0,
      text.ends[to - 1] ?? 0,
    );
  }
}

/** `preprocess_text` of tokenization_albert.py, after the lower-casing that `PreTrainedTokenizer.tokenize` does first. */
function preprocessing(config: TokenizerConfig): NormalizationStep[] {
  const lower = config.do_lower_case ? lowerCharacter : (character: string) => character;
  const steps: NormalizationStep[] = [];
  if (config.remove_space) steps.push(collapseWhitespace);
  steps.push(replaceLiteral('``', '"'), replaceLiteral("''", '"'));
  if (!config.keep_accents) {
    // Decomposing character by character is exact here: only marks would be reordered, and all of them are removed.
    const strip = (character: string) => Array.from(character.normalize('NFKD')).filter((part) => !isCombining(part));
    steps.push(mapCharacters((character) => strip(lower(character)).map(lowerAllButSigma(config)).join('')));
  } else if (config.do_lower_case) {
    steps.push(mapCharacters(lower));
  }
  if (config.do_lower_case) steps.push(lowerSigmas);
  return steps;
}

const lowerCharacter = (character: string): string => character.toLowerCase();

/** Leaves a capital sigma that results from decomposition to {@link lowerSigmas}. A literal one was lower-cased before. */
function lowerAllButSigma({ do_lower_case: lowers }: TokenizerConfig): (character: string) => string {
  return (character) => (lowers && character !== 'Σ' ? character.toLowerCase() : character);
}

function endsWithDigitComma(text: AlignedText, from: number, to: number): boolean {
  if (to - from < 2 || text.units[to - 1] !== 0x2c) return false;
  const before = Array.from(text.slice(Math.max(from, to - 3), to - 1));
  return isPythonDigit(before.at(-1) ?? '');
}
