/** Sentence and token embeddings. */
import { flag, oneOf, type Rules } from '@albert-web/errors';
import type { InputResult, ManyOptions, Session } from '../engine/session.ts';
import { valuesOf } from '../engine/session.ts';
import { meanOfRows, toUnitLength } from '../engine/vectors.ts';
import { manyOptions, texts, type TaskSignature } from '../signatures.ts';

/** Options of `embed`. */
export interface EmbedOptions extends ManyOptions {
  /**
   * How to pool the last layer: the mean over the tokens, or the vector at `[CLS]`. Default: for a sentence encoder, what
   * it was trained with (its pooling, dense layers and normalization, all of which a pooling given here replaces);
   * otherwise the mean.
   */
  readonly pooling?: 'mean' | 'cls' | undefined;
  /** Scale each vector to length 1. Default false. */
  readonly normalize?: boolean | undefined;
}

/** The signature of `embed`. */
export const embedSignature: TaskSignature<'embed'> = {
  arguments: { texts },
  options: { ...manyOptions, pooling: oneOf(['mean', 'cls']), normalize: flag } satisfies Rules<Required<EmbedOptions>>,
};

/** The signature of `embedTokens`. */
export const embedTokensSignature: TaskSignature<'embedTokens'> = { arguments: { texts }, options: manyOptions };

/** A token with its contextual embedding. */
export interface EmbeddedToken {
  readonly token: string;
  /** `[start, end)` in the text, in UTF-16 code units; empty for `[CLS]` and `[SEP]`. */
  readonly start: number;
  readonly end: number;
  /** The token's hidden state after the last layer that was run, `[hidden_size]`. */
  readonly vector: Float32Array;
}

/** Computes one embedding per text, whatever head the model has. */
export async function embed(
  session: Session,
  texts: readonly string[],
  { pooling, normalize = false, ...options }: EmbedOptions = {},
): Promise<Float32Array[]> {
  const trained = session.inference.sentence !== undefined && pooling === undefined;
  const results = await session.run(texts, { ...options, withoutHead: !trained });
  return results.map((result) => {
    const vector = trained
      ? valuesOf(result.outputs, 'sentence_embedding').slice()
      : pool(result, session.config.hidden_size, pooling);
    return normalize ? toUnitLength(vector) : vector;
  });
}

/** Computes the embeddings of all tokens of each text, special tokens included, whatever head the model has. */
export async function embedTokens(
  session: Session,
  texts: readonly string[],
  options: ManyOptions = {},
): Promise<EmbeddedToken[][]> {
  const { hidden_size: size } = session.config;
  const results = await session.run(texts, { ...options, withoutHead: true });
  return results.map(({ encoding, outputs }) => {
    const hidden = valuesOf(outputs, 'last_hidden_state');
    return encoding.tokens.map((token, index) => {
      const [start, end] = encoding.offsets[index] ?? [0, 0];
      return { token, start, end, vector: hidden.slice(index * size, (index + 1) * size) };
    });
  });
}

function pool({ encoding, outputs }: InputResult, size: number, pooling: EmbedOptions['pooling']): Float32Array {
  const hidden = valuesOf(outputs, 'last_hidden_state');
  return pooling === 'cls' ? hidden.slice(0, size) : meanOfRows(hidden, encoding.attentionMask, size);
}
