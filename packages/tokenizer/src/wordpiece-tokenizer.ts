import { AlignedText } from './aligned-text.ts';
import { addedTokenSplitter } from './added-tokens.ts';
import { bertNormalization, splitWords } from './basic-tokenizer.ts';
import type { TokenizerConfig } from './config.ts';
import { TokenizerFormatError } from './errors.ts';
import type { NormalizationStep } from './normalize.ts';
import { emptyTokenList, type Pipeline, pushToken, type TokenList, type Vocabulary } from './token-list.ts';
import { WordPiece } from './wordpiece.ts';

/** BERT's limit (transformers, `WordpieceTokenizer.max_input_chars_per_word`). */
export const LONGEST_WORD = 100;

/** The slow BertTokenizer of Hugging Face (transformers, tokenization_bert.py), which Chinese ALBERT models use. */
export class WordPieceTokenizer implements Pipeline {
  readonly vocabulary: Vocabulary;
  readonly #split: ReturnType<typeof addedTokenSplitter>;
  readonly #normalize: readonly NormalizationStep[];
  readonly #wordPiece: WordPiece;

  /**
   * @param vocab `vocab.txt`: one token a line, its id the number of lines before it
   * @throws TokenizerFormatError when a special token is missing
   */
  constructor(vocab: string, config: TokenizerConfig) {
    this.vocabulary = readVocabulary(vocab, config);
    const { ids, unknownId, specialTokens } = this.vocabulary;
    const added = [...specialTokens].map((content) => ({
      content,
      id: ids.get(content) ?? unknownId,
      lstrip: false,
      rstrip: false,
    }));
    this.#split = addedTokenSplitter(added, config.do_lower_case);
    this.#normalize = bertNormalization({
      cleanText: true,
      spaceIdeographs: config.tokenize_chinese_chars,
      lowerCase: config.do_lower_case,
      stripAccents: config.strip_accents ?? config.do_lower_case,
      compose: true,
    });
    this.#wordPiece = new WordPiece(ids, LONGEST_WORD);
  }

  tokenize(text: string): TokenList {
    const list = emptyTokenList();
    for (const { id, start, end } of this.#split(text)) {
      if (id >= 0) pushToken(list, id, this.vocabulary.tokens[id] ?? '', start, end);
      else this.#tokenizeBetween(AlignedText.of(text, start, end), list);
    }
    return list;
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

/** Appends the pieces of one word, or the unknown token for all of it. */
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

/** Words apart, the pieces of one together. */
export function joinWordPieces(tokens: readonly string[]): string {
  return tokens.join(' ').replaceAll(' ##', '').trim();
}

function readVocabulary(vocab: string, { specialTokens }: TokenizerConfig): Vocabulary {
  const tokens = vocab.replace(/\r?\n$/u, '').split(/\r?\n/u);
  const ids = new Map(tokens.map((token, id) => [token, id]));
  for (const token of Object.values(specialTokens)) {
    if (ids.has(token)) continue;
    throw new TokenizerFormatError({
      problem: `vocab.txt has no line ${token}`,
      expected: 'Every special token of tokenizer_config.json',
      remedy: 'Check that both files are of one model',
    });
  }
  return {
    tokens,
    ids,
    specialTokens: new Set(Object.values(specialTokens)),
    unknownId: ids.get(specialTokens.unk) ?? 0,
  };
}
