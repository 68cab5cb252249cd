/** What a model does not read of its inputs, for answers that do not say so themselves. */
import { unknownPieces } from 'albert-web/tokenizer';
import { maxUnread, type Model } from 'albert-web';

/** Texts, or pairs of texts, as they go into a model at once. */
export type Inputs = readonly (string | readonly [string, string])[];

/** How many inputs are read only in part. */
export interface Reading {
  /** Too long: the end is cut off. */
  readonly cut: number;
  /** Mostly characters that the model does not know. */
  readonly unread: number;
}

/** An Egyptian hieroglyph. No model's vocabulary has it, and no tokenizer drops it, as they do characters without a meaning. */
const unknownCharacter = '\u{13000}';

/** Looks at inputs as a model does. */
export async function readingOf(model: Pick<Model, 'info' | 'tokenizer'>, inputs: Inputs): Promise<Reading> {
  const { maxLength } = await model.info();
  const [unknown, ...encodings] = await model.tokenizer.encodeBatch([unknownCharacter, ...inputs], { maxLength });
  // Before the token that ends the text.
  const unknownId = unknown?.ids.at(-2) ?? -1;
  const isUnread = (encoding: (typeof encodings)[number], index: number): boolean =>
    ([0, 1] as const)
      .slice(0, typeof inputs[index] === 'string' ? 1 : 2)
      .some((side) => unknownPieces(encoding, unknownId, side).share > maxUnread);
  return {
    cut: encodings.filter(({ truncated }) => truncated).length,
    unread: encodings.filter(isUnread).length,
  };
}
