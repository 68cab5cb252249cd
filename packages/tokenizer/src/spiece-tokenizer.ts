import { AlignedText } from './aligned-text.ts';
import { addedTokenSplitter } from './added-tokens.ts';
import type { TokenizerConfig } from './config.ts';
import { TokenizerFormatError } from './errors.ts';
import { collapseWhitespace, lowerSigmas, mapCharacters, type NormalizationStep, replaceLiteral } from './normalize.ts';
import { isCombining, isPythonDigit } from './python-text.ts';
import { PieceType, type SpieceModel } from './spiece-model.ts';
import { SPACE_MARK, SpieceNormalizer } from './spiece-normalizer.ts';
import { emptyTokenList, type Pipeline, pushToken, type TokenList, type Vocabulary } from './token-list.ts';
import { Unigram } from './unigram.ts';

/** SentencePiece's penalty for an unknown character, below the score of the rarest piece (src/unigram_model.cc). */
const UNKNOWN_PENALTY = 10;
/** What SentencePiece gives a user-defined piece, so that it nearly always wins. */
const USER_DEFINED_SCORE = -0.1;

/**
 * The slow AlbertTokenizer of Hugging Face (transformers, tokenization_albert.py) with the SentencePiece processor in
 * it: the reference for every ALBERT that has a `spiece.model`.
 */
export class SpieceTokenizer implements Pipeline {
  readonly vocabulary: Vocabulary;
  readonly #split: ReturnType<typeof addedTokenSplitter>;
  readonly #preprocess: readonly NormalizationStep[];
  readonly #normalizer: SpieceNormalizer;
  readonly #unigram: Unigram;

  /** @throws TokenizerFormatError when the model's parts do not fit together */
  constructor(model: SpieceModel, config: TokenizerConfig) {
    this.vocabulary = vocabularyOf(model, config);
    const special = Object.entries(config.specialTokens).map(([role, content]) => ({
      content,
      id: model.pieces.texts.indexOf(content),
      lstrip: role === 'mask',
      rstrip: false,
    }));
    this.#split = addedTokenSplitter(special, config.do_lower_case);
    this.#preprocess = preprocessing(config);
    const { texts, types } = model.pieces;
    const userDefined = texts.filter((_, id) => types[id] === PieceType.userDefined);
    this.#normalizer = new SpieceNormalizer(model.normalizer, userDefined);
    this.#unigram = unigramOf(model, this.vocabulary.unknownId);
  }

  tokenize(text: string): TokenList {
    const list = emptyTokenList();
    for (const { id, start, end } of this.#split(text)) {
      if (id < 0) this.#tokenizeBetween(AlignedText.of(text, start, end), list);
      else pushToken(list, id, this.vocabulary.tokens[id] ?? '', start, end);
    }
    return list;
  }

  join(tokens: readonly string[]): string {
    let text = '';
    let words = '';
    let afterSpecial = false;
    // The pieces between special tokens are a text of their own, whose leading space was never there.
    const flush = (): void => {
      text += words.replaceAll('▁', ' ').trimStart();
      words = '';
    };
    for (const token of tokens) {
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

  /** SentencePiece's `Encode`: each piece as a range of the normalized text. */
  #encodePieces(
    text: AlignedText,
    visit: (normalized: AlignedText, from: number, to: number, id: number) => void,
  ): void {
    const normalized = this.#normalizer.normalize(text);
    const { ids, ends } = this.#unigram.segment(normalized);
    let from = 0;
    for (let i = 0; i < ids.length; i++) {
      const to = ends[i] ?? 0;
      visit(normalized, from, to, ids[i] ?? 0);
      from = to;
    }
  }

  /** A piece such as `▁9,` becomes the pieces of its number, then the comma: BERT's rule for `9,9`. */
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

  /** @param id of the piece, where it is known already */
  #push(list: TokenList, text: AlignedText, from: number, to: number, id?: number): void {
    const { tokens, unknownId } = this.vocabulary;
    const known = id !== undefined && id !== unknownId;
    const token = known ? (tokens[id] ?? '') : text.slice(from, to);
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
    // Decomposing character by character is exact here: only the marks change places, and they all go.
    const strip = (character: string) => Array.from(character.normalize('NFKD')).filter((part) => !isCombining(part));
    steps.push(mapCharacters((character) => strip(lower(character)).map(lowerAllButSigma(config)).join('')));
  } else if (config.do_lower_case) {
    steps.push(mapCharacters(lower));
  }
  if (config.do_lower_case) steps.push(lowerSigmas);
  return steps;
}

const lowerCharacter = (character: string): string => character.toLowerCase();

/** A sigma that decomposition brought to light is lower-cased within its word; one that was written so, on its own. */
function lowerAllButSigma({ do_lower_case: lowers }: TokenizerConfig): (character: string) => string {
  return (character) => (lowers && character !== 'Σ' ? character.toLowerCase() : character);
}

function vocabularyOf({ pieces: { texts, types } }: SpieceModel, config: TokenizerConfig): Vocabulary {
  const specialTokens = new Set(Object.values(config.specialTokens));
  for (const token of specialTokens) {
    if (!texts.includes(token)) throw unfit(`has no piece ${token}`, 'Every special token of tokenizer_config.json');
  }
  let ids: Map<string, number> | undefined;
  return {
    tokens: texts,
    // Made when it is first asked: tokens seldom need to be looked up, and a page waits for the tokenizer.
    get ids() {
      return (ids ??= new Map(texts.map((text, id) => [text, id])));
    },
    specialTokens,
    unknownId: types.indexOf(PieceType.unknown),
  };
}

function unigramOf({ pieces: { texts, scores, types } }: SpieceModel, unknownId: number): Unigram {
  const choices = new Float64Array(texts.length).fill(NaN);
  let rarest = 0;
  for (let id = 0; id < texts.length; id++) {
    const score = scores[id] ?? 0;
    if (types[id] === PieceType.userDefined) choices[id] = USER_DEFINED_SCORE;
    if (types[id] !== PieceType.normal) continue;
    choices[id] = score;
    if (score < rarest) rarest = score;
  }
  return new Unigram(texts, choices, {
    unknownId,
    unknownScore: Math.fround(rarest - UNKNOWN_PENALTY),
    singlePrecision: true,
  });
}

function endsWithDigitComma(text: AlignedText, from: number, to: number): boolean {
  if (to - from < 2 || text.units[to - 1] !== 0x2c) return false;
  const before = Array.from(text.slice(Math.max(from, to - 3), to - 1));
  return isPythonDigit(before.at(-1) ?? '');
}

function unfit(problem: string, expected: string): TokenizerFormatError {
  return new TokenizerFormatError({
    problem: `spiece.model ${problem}`,
    expected,
    remedy: 'Check that both files are of one model',
  });
}
