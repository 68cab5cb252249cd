import type { Encoding } from './tokenizer.ts';

/** What of a text a model cannot read: unknown pieces are all one piece to it, whatever stands there. */
export interface UnknownPieces {
  /**
   * Of the text's characters (UTF-16 code units, spaces left out), the share that stands in unknown pieces: 0 to 1.
   * 1 where there is no piece with a character: of lone surrogates or spaces without width nothing is left to read.
   */
  readonly share: number;
  /** Which of the text's own pieces are unknown, special tokens not counted. */
  readonly places: readonly number[];
}

/**
 * Finds the unknown pieces of one of the texts of an encoding.
 *
 * @param unknownId the tokenizer's `special.unk`. @param sequence which of the texts.
 */
export function unknownPieces(
  { ids, offsets, sequenceIds, tokens }: Encoding,
  unknownId: number,
  sequence: 0 | 1 = 0,
): UnknownPieces {
  const own = ids.flatMap((id, index) => {
    const [start, end] = offsets[index] ?? [0, 0];
    const size = tokens[index] === '▁' ? 0 : end - start;
    return sequenceIds[index] === sequence ? [{ unknown: id === unknownId, size }] : [];
  });
  const sizeOf = (pieces: readonly { readonly size: number }[]): number =>
    pieces.reduce((sum, { size }) => sum + size, 0);
  const all = sizeOf(own);
  return {
    share: all === 0 ? 1 : sizeOf(own.filter(({ unknown }) => unknown)) / all,
    places: own.flatMap(({ unknown }, place) => (unknown ? [place] : [])),
  };
}
