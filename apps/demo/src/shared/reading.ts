/** Determines the parts of inputs that a model does not read, for results that do not tell. */
import { unknownPieces } from 'albert-web/tokenizer';
import { maxUnread, type Model } from 'albert-web';

/** Texts, or pairs of texts, as a model reads them together. */
export type Inputs = readonly (string | readonly [string, string])[];

/** Numbers of inputs that are only partly read. */
export interface Reading {
  /** Inputs that are too long, so that the end is cut off. */
  readonly cut: number;
  /** Inputs that are mostly characters that the model does not know. */
  readonly unread: number;
}

/** An Egyptian hieroglyph. No model's vocabulary contains it, and no tokenizer removes it, as they do control characters. */
const unknownCharacter = '\u{13000}';

/** Tokenizes inputs as a model does, and counts those that it only partly reads. */
export async function readingOf(model: Pick<Model, 'info' | 'tokenizer'>, inputs: Inputs): Promise<Reading> {
  const { maxLength } = await model.info();
  const [unknown, ...encodings] = await model.tokenizer.encodeBatch([unknownCharacter, ...inputs], { maxLength });
  // The token before the one that ends the text.
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
