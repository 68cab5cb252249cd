import { allocate, copyOf, messageOf } from '@albert-web/errors';
import { PbfReader } from 'pbf';
import { TokenizerFormatError } from '../errors.ts';

/** The type of a piece: `SentencePiece.Type` of sentencepiece_model.proto. */
export const PieceType = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/** The vocabulary as parallel lists, indexed by id. */
export interface Pieces {
  readonly texts: readonly string[];
  /** Log probabilities. */
  readonly scores: readonly number[];
  /** Values of {@link PieceType}. */
  readonly types: readonly number[];
}

/** `NormalizerSpec` of sentencepiece_model.proto. */
export interface NormalizerSpec {
  /** A copy: a view would keep the whole file in memory. */
  readonly precompiledCharsmap: Uint8Array;
  readonly addDummyPrefix: boolean;
  readonly removeExtraWhitespaces: boolean;
  readonly escapeWhitespaces: boolean;
}

/** The fields of a SentencePiece `ModelProto` that affect tokenization. */
export interface SpieceModel {
  readonly algorithm: 'unigram' | 'bpe';
  /** Whether characters that no piece covers become UTF-8 bytes. */
  readonly byteFallback: boolean;
  readonly pieces: Pieces;
  readonly normalizer: NormalizerSpec;
}

/** A model that is being read. Defaults are those of sentencepiece_model.proto. */
interface Draft {
  pieces: PiecesDraft;
  modelType: number;
  treatWhitespaceAsSuffix: boolean;
  byteFallback: boolean;
  normalizer: { -readonly [K in keyof NormalizerSpec]: NormalizerSpec[K] };
}

/** Pieces whose texts are not decoded yet: they are ranges of the file. */
interface PiecesDraft {
  readonly starts: number[];
  readonly ends: number[];
  readonly scores: number[];
  readonly types: number[];
}

/** `TrainerSpec.ModelType`. No ALBERT uses 3 (words) or 4 (characters). */
const algorithms: Readonly<Record<number, SpieceModel['algorithm']>> = { 1: 'unigram', 2: 'bpe' };
const UNIGRAM = 1;

/**
 * Reads `spiece.model`, a protobuf `ModelProto` (google/sentencepiece, src/sentencepiece_model.proto).
 *
 * @throws TokenizerFormatError when the bytes are not a valid message, or the model is neither unigram nor BPE
 */
export function readSpieceModel(bytes: Uint8Array): SpieceModel {
  const draft: Draft = {
    pieces: { starts: [], ends: [], scores: [], types: [] },
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
  let pieces: Pieces;
  try {
    readMessage(new PbfReader(bytes), readModelField, draft, bytes.length);
    pieces = { ...draft.pieces, texts: decodeTexts(bytes, draft.pieces) };
  } catch (error) {
    throw damaged(messageOf(error), { cause: error });
  }
  const algorithm = checkModel(draft, pieces);
  return { algorithm, byteFallback: draft.byteFallback, pieces, normalizer: draft.normalizer };
}

/** Decodes all texts at once: there are many short ones, and a call of the decoder costs more than decoding one. */
function decodeTexts(bytes: Uint8Array, { starts, ends }: PiecesDraft): string[] {
  const joined = allocate(
    Uint8Array,
    starts.reduce((sum, start, i) => sum + (ends[i] ?? 0) - start, 0),
  );
  const lengths = allocate(Uint32Array, starts.length);
  let length = 0;
  for (let i = 0; i < starts.length; i++) {
    let units = 0;
    const end = ends[i] ?? 0;
    for (let at = starts[i] ?? 0; at < end; at++) {
      const byte = bytes[at] ?? 0;
      joined[length++] = byte;
      // Continuation bytes add nothing; the first byte of four starts a surrogate pair.
      if ((byte & 0xc0) !== 0x80) units += byte < 0xf0 ? 1 : 2;
    }
    lengths[i] = units;
  }
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(joined);
  const texts: string[] = [];
  let from = 0;
  for (let i = 0; i < lengths.length; i++) texts.push(text.slice(from, (from += lengths[i] ?? 0)));
  return texts;
}

/** Checks that a message ends exactly where its length says, since pbf silently reads past the end. */
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
  if (tag === 1) readPiece(draft.pieces, reader);
  else if (tag === 2) readNested(reader, readTrainerField, draft);
  else if (tag === 3) readNested(reader, readNormalizerField, draft.normalizer);
}

function readPiece(pieces: PiecesDraft, reader: PbfReader): void {
  pieces.starts.push(0);
  pieces.ends.push(0);
  pieces.scores.push(0);
  pieces.types.push(PieceType.normal);
  readNested(reader, readPieceField, pieces);
}

function readPieceField(tag: number, { starts, ends, scores, types }: PiecesDraft, reader: PbfReader): void {
  const last = starts.length - 1;
  if (tag === 1) {
    const length = reader.readVarint();
    starts[last] = reader.pos;
    ends[last] = reader.pos += length;
  } else if (tag === 2) scores[last] = reader.readFloat();
  else if (tag === 3) types[last] = reader.readVarint();
}

function readTrainerField(tag: number, draft: Draft, reader: PbfReader): void {
  if (tag === 3) draft.modelType = reader.readVarint();
  else if (tag === 24) draft.treatWhitespaceAsSuffix = reader.readBoolean();
  else if (tag === 35) draft.byteFallback = reader.readBoolean();
}

function readNormalizerField(tag: number, spec: Draft['normalizer'], reader: PbfReader): void {
  if (tag === 2) spec.precompiledCharsmap = copyOf(reader.readBytes());
  else if (tag === 3) spec.addDummyPrefix = reader.readBoolean();
  else if (tag === 4) spec.removeExtraWhitespaces = reader.readBoolean();
  else if (tag === 5) spec.escapeWhitespaces = reader.readBoolean();
}

function checkModel(draft: Draft, { texts, scores, types }: Pieces): SpieceModel['algorithm'] {
  if (texts.length === 0) throw damaged('it holds no pieces');
  for (let id = 0; id < texts.length; id++) {
    if (texts[id] === '' || !Number.isFinite(scores[id])) throw damaged(`piece ${id} is empty or has no finite score`);
  }
  const unknown = types.indexOf(PieceType.unknown);
  if (unknown < 0 || types.includes(PieceType.unknown, unknown + 1)) {
    throw damaged('it must have exactly one unknown piece');
  }
  const algorithm = algorithms[draft.modelType];
  if (!algorithm) throw unsupported(`model type ${draft.modelType}`);
  if (draft.treatWhitespaceAsSuffix) throw unsupported('whitespace as suffix');
  if (algorithm === 'bpe' && types.includes(PieceType.unused)) throw unsupported('unused pieces in a BPE model');
  return algorithm;
}

function unsupported(what: string): TokenizerFormatError {
  return new TokenizerFormatError({
    problem: `spiece.model uses ${what}`,
    expected: 'Expected a unigram or BPE model with whitespace as prefix',
    remedy: 'Check that the file belongs to an ALBERT model',
  });
}

function damaged(why: string, options?: ErrorOptions): TokenizerFormatError {
  return new TokenizerFormatError(
    {
      problem: `spiece.model cannot be read: ${why}`,
      expected: 'Expected a SentencePiece model',
      remedy: 'Download the file again',
    },
    options,
  );
}
