/** Masked-language-model predictions. */
import { InvalidArgumentError } from '@albert-web/errors';
import { largestIndices, softmax } from './probabilities.ts';
import { wrongHead } from './refusals.ts';
import type { CallOptions, Session } from './session.ts';
import { valuesOf } from './session.ts';

/** A piece that could stand where `[MASK]` is. */
export interface MaskFill {
  /** The piece as text. */
  readonly text: string;
  readonly tokenId: number;
  readonly score: number;
  /** The whole text with the piece filled in. */
  readonly sequence: string;
}

/** How masks are filled. */
export interface FillMaskOptions extends CallOptions {
  /** Pieces for each mask, likeliest first. Default 5. */
  readonly topK?: number | undefined;
}

/** The likeliest pieces for each `[MASK]` of a text, in order. @throws UnsupportedTaskError, InvalidArgumentError */
export async function fillMask(
  session: Session,
  text: string,
  { topK = 5, ...options }: FillMaskOptions = {},
): Promise<MaskFill[][]> {
  if (session.head !== 'masked_lm' && session.head !== 'pretraining') {
    throw wrongHead(session, 'fill masks', 'AlbertForMaskedLM or AlbertForPreTraining');
  }
  const { tokenizer, config } = session.parts;
  const [result] = await session.run([text], options);
  const ids = result?.encoding.ids ?? [];
  const masks = ids.flatMap((id, position) => (id === tokenizer.special.mask ? [position] : []));
  if (!result || masks.length === 0) {
    throw new InvalidArgumentError({
      problem: 'The text has no [MASK], or it lies beyond what the model can read',
      remedy: 'Write [MASK] where a word is missing',
    });
  }
  const logits = valuesOf(result.outputs, session.head === 'masked_lm' ? 'logits' : 'prediction_logits');
  return masks.map((position) => {
    const scores = softmax(logits.subarray(position * config.vocab_size, (position + 1) * config.vocab_size));
    return largestIndices(scores, topK).map((tokenId) => ({
      text: tokenizer.decode([tokenId]),
      tokenId,
      score: scores[tokenId] ?? 0,
      // Without [CLS] and [SEP], but with the masks that are still to fill.
      sequence: tokenizer.decode(ids.with(position, tokenId).slice(1, -1)),
    }));
  });
}
