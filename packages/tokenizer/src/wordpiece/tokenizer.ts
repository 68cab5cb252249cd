import type { AlignedText } from '../aligned-text.ts';
import {
  addedTokenSplitter,
  extendVocabulary,
  slowWordTest,
  specialContents,
  tokenizeSegments,
} from '../added-tokens.ts';
import { bertNormalization, splitWords } from './basic-tokenizer.ts';
import type { TokenizerConfig } from '../config.ts';
import { TokenizerFormatError } from '../errors.ts';
import type { NormalizationStep } from '../normalize.ts';
import { type Pipeline, pushToken, type TokenList, type Vocabulary, vocabularyOf } from '../token-list.ts';
import { WordPiece } from '../models/wordpiece.ts';
import { cutOneByOne } from '../truncation.ts';

/** BERT's limit (transformers, `WordpieceTokenizer.max_input_chars_per_word`). */
export const LONGEST_WORD = 100;

/** Hugging Face's slow BertTokenizer (transformers, tokenization_bert.py), which Chinese ALBERT models use. */
export class WordPieceTokenizer implements Pipeline {
  readonly vocabulary: Vocabulary;
  readonly cutPair = cutOneByOne;
  readonly #split: ReturnType<typeof addedTokenSplitter>;
  readonly #normalize: readonly NormalizationStep[];
  readonly #wordPiece: WordPiece;

  /**
   * @param vocab `vocab.txt`: one token per line; its id is the line number from 0
   * @throws TokenizerFormatError when a special token is missing
   */
  constructor(vocab: string, config: TokenizerConfig) {
    const lines = vocab.replace(/\r?\n$/u, '').split(/\r?\n/u);
    const { tokens, added } = extendVocabulary(lines, config.declaredTokens, 'vocab.txt');
    const { unk } = config.specialTokens;
    const unknownId = added.find(({ content }) => content === unk)?.id ?? -1;
    if (
      unknownId >= lines.length &&
      !config.declaredTokens.some(({ content, id }) => content === unk && id !== undefined)
    )
      throw withoutUnknown(unk);
    this.vocabulary = vocabularyOf(tokens, specialContents(added), unknownId);
    this.#split = addedTokenSplitter(added, config.do_lower_case, slowWordTest);
    this.#normalize = bertNormalization({
      cleanText: true,
      spaceIdeographs: config.tokenize_chinese_chars,
      lowerCase: config.do_lower_case,
      stripAccents: config.strip_accents ?? config.do_lower_case,
      compose: true,
    });
    this.#wordPiece = new WordPiece(new Map(lines.map((line, id) => [line, id])), LONGEST_WORD);
  }

  tokenize(text: string): TokenList {
    return tokenizeSegments(text, this.#split(text), this.vocabulary, (part, list) =>
      this.#tokenizeBetween(part, list),
    );
  }

  join(tokens: readonly string[]): string {
    return joinWordPieces(tokens);
  }

  #tokenizeBetween(text: AlignedText, list: TokenList): void {
    const normalized = this.#normalize.reduce((current, step) => step(current), text);
    for (const [from, to] of splitWords(normalized))
      pushWord(list, normalized, from, to, this.#wordPiece, this.vocabulary);
  }
}

/** Appends the pieces of a word, or the unknown token for the whole word. */
export function pushWord(
  list: TokenList,
  text: AlignedText,
  from: number,
  to: number,
  wordPiece: WordPiece,
  { tokens, unknownId }: Vocabulary,
): void {
  for (const part of wordPiece.split(text, from, to) ?? [{ id: unknownId, from, to }]) {
    pushToken(list, part.id, tokens[part.id] ?? '', text.starts[part.from] ?? 0, text.ends[part.to - 1] ?? 0);
  }
}

/** Joins pieces to words, and words with spaces. */
export function joinWordPieces(tokens: readonly string[]): string {
  return tokens.join(' ').replaceAll(' ##', '').trim();
}

function withoutUnknown(token: string): TokenizerFormatError {
  return new TokenizerFormatError({
    problem: `vocab.txt does not contain ${token}`,
    expected: 'Expected the token for unknown words',
    remedy: 'Check that the file is a WordPiece vocabulary, and name its token as unk_token in tokenizer_config.json',
  });
}
