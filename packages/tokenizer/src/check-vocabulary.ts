import { TokenizerFormatError } from './errors.ts';
import type { Tokenizer } from './tokenizer.ts';

/**
 * Checks that the model has a word embedding for every token of the tokenizer. Optional special tokens may lack one; a text
 * that contains such a token is rejected when it is encoded.
 *
 * @param rows rows of the word embeddings: `vocab_size`
 * @throws TokenizerFormatError when an id has no row
 */
export function checkVocabulary(tokenizer: Tokenizer, rows: number): void {
  const { cls, sep, unk } = tokenizer.special;
  for (let id = rows; id < tokenizer.vocabSize; id++) {
    const isNeeded =
      id === cls || id === sep || id === unk || tokenizer.decode([id], { skipSpecialTokens: true }) !== '';
    if (tokenizer.idToToken(id) === undefined || !isNeeded) continue;
    throw new TokenizerFormatError({
      problem: `The tokenizer gives ${JSON.stringify(tokenizer.idToToken(id))} the id ${id}, but the model has only ${rows} word embeddings`,
      expected: 'Expected a word embedding for every token',
      remedy: 'Check that the tokenizer, config.json and the weights come from the same model',
    });
  }
}
