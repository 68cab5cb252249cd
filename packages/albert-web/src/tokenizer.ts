/**
 * Text to ids with character offsets, and back: SentencePiece unigram, `tokenizer.json`, WordPiece. Without TensorFlow.js.
 *
 * @module albert-web/tokenizer
 */
export * from '@albert-web/tokenizer';
