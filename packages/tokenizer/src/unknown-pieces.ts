import type { Encoding } from './tokenizer.ts';

/** The parts of a text that a model cannot read: to it, all unknown pieces are the same. */
export interface UnknownPieces {
  /**
   * The share of the text's characters (UTF-16 code units without spaces) in unknown pieces, from 0 to 1. It is 1 if no piece
   * has a character, as for lone surrogates or zero-width spaces.
   */
  readonly share: number;
  /** Indices of the unknown pieces among the text's own pieces, special tokens excluded. */
  readonly places: readonly number[];
}

/**
 * Finds the unknown pieces of a text in an encoding.
 *
 * @param unknownId the tokenizer's `special.unk`
 * @param sequence which of the two texts
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
