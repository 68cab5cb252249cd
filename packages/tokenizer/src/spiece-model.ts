import { messageOf } from '@albert-web/errors';
import { PbfReader } from 'pbf';
import { TokenizerFormatError } from './errors.ts';

/** What a piece is for; the numbers are sentencepiece_model.proto's `SentencePiece.Type`. */
export const PieceType = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/** One entry of the vocabulary; its id is its place. */
export interface Piece {
  readonly text: string;
  /** Log probability. */
  readonly score: number;
  /** One of {@link PieceType}. */
  readonly type: number;
}

/** `NormalizerSpec` of sentencepiece_model.proto. */
export interface NormalizerSpec {
  readonly precompiledCharsmap: Uint8Array;
  readonly addDummyPrefix: boolean;
  readonly removeExtraWhitespaces: boolean;
  readonly escapeWhitespaces: boolean;
}

/** The parts of a SentencePiece `ModelProto` that decide how text is tokenized. */
export interface SpieceModel {
  readonly pieces: readonly Piece[];
  readonly normalizer: NormalizerSpec;
}

/** Field defaults are those of sentencepiece_model.proto. */
interface Draft {
  pieces: Piece[];
  modelType: number;
  treatWhitespaceAsSuffix: boolean;
  byteFallback: boolean;
  normalizer: { -readonly [K in keyof NormalizerSpec]: NormalizerSpec[K] };
}

const UNIGRAM = 1;

/**
 * Reads `spiece.model`, a protobuf `ModelProto` (google/sentencepiece, src/sentencepiece_model.proto).
 * @throws TokenizerFormatError when the bytes are not such a message, or the model is not a plain unigram
 */
export function readSpieceModel(bytes: Uint8Array): SpieceModel {
  const draft: Draft = {
    pieces: [],
    modelType: UNIGRAM,
    treatWhitespaceAsSuffix: false,
    byteFallback: false,
    normalizer: {
      precompiledCharsmap: new Uint8Array(0),
      addDummyPrefix: true,
      removeExtraWhitespaces: true,
      escapeWhitespaces: true,
    },
  };
  try {
    readMessage(new PbfReader(bytes), readModelField, draft, bytes.length);
  } catch (error) {
    throw damaged(messageOf(error), { cause: error });
  }
  checkModel(draft);
  return draft;
}

/** pbf reads past the end without a word; every message must end exactly where its length says. */
function readMessage<T>(
  reader: PbfReader,
  readField: (tag: number, result: T, reader: PbfReader) => void,
  result: T,
  end: number,
) {
  if (end > reader.length) throw new Error('a message is longer than the file');
  reader.readFields(readField, result, end);
  if (reader.pos !== end) throw new Error('a field runs past the end of its message');
}

function readNested<T>(
  reader: PbfReader,
  readField: (tag: number, result: T, reader: PbfReader) => void,
  result: T,
): T {
  const length = reader.readVarint();
  readMessage(reader, readField, result, reader.pos + length);
  return result;
}

function readModelField(tag: number, draft: Draft, reader: PbfReader): void {
  if (tag === 1) draft.pieces.push(readNested(reader, readPieceField, { text: '', score: 0, type: PieceType.normal }));
  else if (tag === 2) readNested(reader, readTrainerField, draft);
  else if (tag === 3) readNested(reader, readNormalizerField, draft.normalizer);
}

function readPieceField(tag: number, piece: { text: string; score: number; type: number }, reader: PbfReader): void {
  if (tag === 1) piece.text = reader.readString();
  else if (tag === 2) piece.score = reader.readFloat();
  else if (tag === 3) piece.type = reader.readVarint();
}

function readTrainerField(tag: number, draft: Draft, reader: PbfReader): void {
  if (tag === 3) draft.modelType = reader.readVarint();
  else if (tag === 24) draft.treatWhitespaceAsSuffix = reader.readBoolean();
  else if (tag === 35) draft.byteFallback = reader.readBoolean();
}

function readNormalizerField(tag: number, spec: Draft['normalizer'], reader: PbfReader): void {
  if (tag === 2) spec.precompiledCharsmap = reader.readBytes();
  else if (tag === 3) spec.addDummyPrefix = reader.readBoolean();
  else if (tag === 4) spec.removeExtraWhitespaces = reader.readBoolean();
  else if (tag === 5) spec.escapeWhitespaces = reader.readBoolean();
}

function checkModel(draft: Draft): void {
  if (draft.pieces.length === 0) throw damaged('it holds no pieces');
  const bad = draft.pieces.findIndex((piece) => piece.text === '' || !Number.isFinite(piece.score));
  if (bad >= 0) throw damaged(`piece ${bad} is empty or has no finite score`);
  if (draft.pieces.filter((piece) => piece.type === PieceType.unknown).length !== 1) {
    throw damaged('it must have exactly one unknown piece');
  }
  const unsupported =
    (draft.modelType !== UNIGRAM && `model type ${draft.modelType}`) ||
    (draft.byteFallback && 'byte fallback') ||
    (draft.treatWhitespaceAsSuffix && 'whitespace as suffix');
  if (unsupported) {
    throw new TokenizerFormatError({
      problem: `spiece.model uses ${unsupported}`,
      expected: 'A unigram model with whitespace as prefix, as every published ALBERT has',
      remedy: 'Check that the file belongs to an ALBERT model',
    });
  }
}

function damaged(why: string, options?: ErrorOptions): TokenizerFormatError {
  return new TokenizerFormatError(
    {
      problem: `spiece.model cannot be read: ${why}`,
      expected: 'A SentencePiece model',
      remedy: 'Fetch the file again',
    },
    options,
  );
}
