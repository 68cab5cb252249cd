import { TokenizerFormatError } from './errors.ts';
import type { Tokenizer } from './tokenizer.ts';

/**
 * Holds a tokenizer against the word embeddings of its model. Special tokens that a text need not have may lack a row: a
 * text that has one is refused when it comes.
 *
 * @param rows of the word embeddings: `vocab_size`
 * @throws TokenizerFormatError when an id has no row
 */
export function checkVocabulary(tokenizer: Tokenizer, rows: number): void {
  const { cls, sep, unk } = tokenizer.special;
  for (let id = rows; id < tokenizer.vocabSize; id++) {
    const isNeeded =
      id === cls || id === sep || id === unk || tokenizer.decode([id], { skipSpecialTokens: true }) !== '';
    if (tokenizer.idToToken(id) === undefined || !isNeeded) continue;
    throw new TokenizerFormatError({
      problem: `The tokenizer gives ${JSON.stringify(tokenizer.idToToken(id))} the id ${id}, and the model has ${rows} word embeddings`,
      expected: 'A row of the word embeddings for every token',
      remedy: 'Check that tokenizer, config.json and weights are of one model',
    });
  }
}
