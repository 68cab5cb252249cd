import type { Tokenizer } from '@albert-web/tokenizer';
import { readLines, type TextChunks } from '../data/lines.ts';

/** Token ids of each sentence of a document. */
export type Document = readonly (readonly number[])[];

/** Maximum tokens of a document (64 sequences of 512), so that a text without blank lines does not exhaust memory. */
const maxDocumentTokens = 1 << 15;

/**
 * Streams the documents of a text of any size, with one sentence per line and a blank line between documents. A document of more
 * than 32,768 tokens is split between two sentences.
 *
 * @param file file name for error messages
 * @throws TrainingDataError for a NUL character or a line that is too long
 */
export async function* readDocuments(chunks: TextChunks, file: string, tokenizer: Tokenizer): AsyncGenerator<Document> {
  let sentences: (readonly number[])[] = [];
  let length = 0;
  for await (const { text } of readLines(chunks, file)) {
    const ids = text.trim() === '' ? [] : tokenizer.encode(text, { addSpecialTokens: false }).ids;
    const isEnd = text.trim() === '' || length + ids.length > maxDocumentTokens;
    if (isEnd && sentences.length > 0) {
      yield sentences;
      sentences = [];
      length = 0;
    }
    if (ids.length === 0) continue;
    sentences.push(ids);
    length += ids.length;
  }
  if (sentences.length > 0) yield sentences;
}

/**
 * Returns a function that tells whether an id begins a word, for whole-word masking. In SentencePiece: pieces with `▁`,
 * punctuation, and anything but English letters. In WordPiece: pieces without `##` (`create_pretraining_data.py`,
 * `is_start_piece`).
 */
export function wordStarts(tokenizer: Tokenizer): (id: number) => boolean {
  const isSentencePiece = tokenizer.tokenToId('▁') !== undefined;
  const known = new Map<number, boolean>();
  return (id) => {
    const cached = known.get(id);
    if (cached !== undefined) return cached;
    const token = tokenizer.idToToken(id) ?? '';
    const starts = isSentencePiece
      ? !/^[a-z!"#$%&()*+,\-./:;?@[\\\]^_`{|}~€£]+$/iu.test(token) || isMark(token)
      : !token.startsWith('##');
    known.set(id, starts);
    return starts;
  };
}

/** Whether a token is a single punctuation mark, which counts as a word. Marks inside a piece do not. */
function isMark(token: string): boolean {
  return /^[!"#$%&()*+,\-./:;?@[\\\]^_`{|}~€£]$/u.test(token);
}
