/**
 * Text to ids with character offsets, and back: SentencePiece unigram, `tokenizer.json`, WordPiece. Without TensorFlow.js.
 *
 * @packageDocumentation
 */
export * from '@albert-web/tokenizer';
