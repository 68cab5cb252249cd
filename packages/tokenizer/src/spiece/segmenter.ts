import type { AlignedText } from '../aligned-text.ts';
import { Bpe, type BpePart, type MergeOf } from '../models/bpe.ts';
import { PieceType, type SpieceModel } from './model.ts';
import { type Segmentation, Unigram } from '../models/unigram.ts';

/** Splits a normalized text into pieces. A run of unknown characters is one piece. */
export type Segmenter = (text: AlignedText) => Segmentation;

/** In SentencePiece, an unknown character scores this much less than the rarest piece (src/unigram_model.cc). */
const UNKNOWN_PENALTY = 10;
/** SentencePiece's score for user-defined pieces. With it they nearly always win. */
const USER_DEFINED_SCORE = -0.1;

/** Creates the segmenter of a SentencePiece model. @throws TokenizerFormatError for a piece that is too long */
export function segmenterOf(model: SpieceModel): Segmenter {
  const unknownId = model.pieces.types.indexOf(PieceType.unknown);
  switch (model.algorithm) {
    case 'unigram': {
      const unigram = unigramOf(model, unknownId);
      return (text) => unigram.segment(text);
    }
    case 'bpe':
      return bpeOf(model, unknownId);
  }
}

function unigramOf({ pieces: { texts, scores, types } }: SpieceModel, unknownId: number): Unigram {
  const choices = new Float64Array(texts.length).fill(NaN);
  let rarest = 0;
  for (let id = 0; id < texts.length; id++) {
    const score = scores[id] ?? 0;
    if (types[id] === PieceType.userDefined) choices[id] = USER_DEFINED_SCORE;
    if (types[id] !== PieceType.normal) continue;
    choices[id] = score;
    if (score < rarest) rarest = score;
  }
  return new Unigram(texts, choices, {
    unknownId,
    unknownScore: Math.fround(rarest - UNKNOWN_PENALTY),
    singlePrecision: true,
  });
}

/**
 * SentencePiece's byte-pair encoding (src/bpe_model.cc): merges neighbors whose concatenation is a piece, highest score first.
 * User-defined pieces are matched beforehand and never split.
 */
function bpeOf({ pieces: { texts, scores, types } }: SpieceModel, unknownId: number): Segmenter {
  const ids = new Map<string, number>();
  const fixed = new Map<string, string[]>();
  for (const [id, text] of texts.entries()) {
    if (types[id] !== PieceType.normal && types[id] !== PieceType.userDefined) continue;
    ids.set(text, id);
    if (types[id] !== PieceType.userDefined) continue;
    const first = text.charAt(0);
    fixed.set(
      first,
      [...(fixed.get(first) ?? []), text].sort((a, b) => b.length - a.length),
    );
  }
  const isFixed = ({ id }: BpePart): boolean => types[id] === PieceType.userDefined;
  const mergeOf: MergeOf = (text, left, right) => {
    if (isFixed(left) || isFixed(right)) return undefined;
    const id = ids.get(text.slice(left.from, right.to));
    return id === undefined ? undefined : { rank: -(scores[id] ?? 0), id };
  };
  const bpe = new Bpe(ids, mergeOf);
  return (text) => {
    const whole = text.slice(0, text.length);
    const fixedAt = (place: number): number =>
      fixed.get(whole.charAt(place))?.find((piece) => whole.startsWith(piece, place))?.length ?? 0;
    return joinUnknown(bpe.segment(text, 0, text.length, fixedAt), unknownId);
  };
}

function joinUnknown(parts: readonly BpePart[], unknownId: number): Segmentation {
  const ids: number[] = [];
  const ends: number[] = [];
  for (const { id, to } of parts) {
    if (id < 0 && ids.at(-1) === unknownId) ends[ends.length - 1] = to;
    else {
      ids.push(id < 0 ? unknownId : id);
      ends.push(to);
    }
  }
  return { ids, ends };
}
