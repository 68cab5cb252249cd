/** Sentence embeddings. */
import { wrongHead } from './classify.ts';
import { refuseEmpty, valuesOf } from './paraphrase.ts';
import type { ManyOptions, Session } from './session.ts';

/**
 * One vector a text. A sentence encoder's own embedding; for a bare encoder, the mean of its last hidden states.
 *
 * @throws UnsupportedTaskError, InvalidArgumentError
 */
export async function embed(
  session: Session,
  texts: readonly string[],
  options: ManyOptions = {},
): Promise<Float32Array[]> {
  const bare = session.head === 'base' || session.head === 'encoder';
  if (!session.parts.sentence && !bare)
    throw wrongHead(session, 'embed texts', 'AlbertModel or a sentence-transformers folder');
  texts.forEach(refuseEmpty);
  const results = await session.run(texts, options);
  return results.map(({ encoding, outputs }) =>
    session.parts.sentence
      ? valuesOf(outputs, 'sentence_embedding').slice()
      : meanOfTokens(valuesOf(outputs, 'last_hidden_state'), encoding.ids.length, session.parts.config.hidden_size),
  );
}

function meanOfTokens(hidden: Float32Array, tokens: number, size: number): Float32Array {
  const mean = new Float32Array(size);
  for (let i = 0; i < tokens * size; i++) mean[i % size] = (mean[i % size] ?? 0) + (hidden[i] ?? 0) / tokens;
  return mean;
}
