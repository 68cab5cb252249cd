import type { AlignedText } from '../aligned-text.ts';
import { TokenizerFormatError } from '../errors.ts';
import { Trie } from './trie.ts';

/** Differences between the two implementations that published models were made with. */
export interface UnigramOptions {
  readonly unknownId: number;
  /** Score of a character that no piece covers. */
  readonly unknownScore: number;
  /** Round running sums to float32, as SentencePiece does. It matters for segmentations with nearly equal scores. */
  readonly singlePrecision: boolean;
}

/** The most probable segmentation: piece `i` has id `ids[i]` and ends at unit `ends[i]` (exclusive). */
export interface Segmentation {
  readonly ids: readonly number[];
  readonly ends: readonly number[];
}

/**
 * A unigram language model (Kudo 2018). The Viterbi algorithm finds the pieces with the largest sum of log probabilities, in time
 * proportional to the length of the text times the length of the longest piece.
 */
export class Unigram {
  readonly #trie: Trie;
  readonly #scores: ArrayLike<number>;
  readonly #options: UnigramOptions;
  #lattice: Lattice;

  /**
   * @param pieces nonempty texts, indexed by id
   * @param scores scores of the pieces; NaN for a piece that the model must not choose
   * @throws TokenizerFormatError for a piece that is too long to look up at every character
   */
  constructor(pieces: readonly string[], scores: ArrayLike<number>, options: UnigramOptions) {
    const tooLong = pieces.find((piece) => piece.length > MAX_PIECE_LENGTH);
    if (tooLong !== undefined) throw pieceTooLong(tooLong);
    this.#trie = new Trie(pieces);
    this.#scores = scores;
    this.#options = options;
    this.#lattice = latticeOf(512, options.singlePrecision);
  }

  /** Segments `[from, to)` of a normalized text. A run of unknown characters becomes one unknown piece. */
  segment(text: AlignedText, from = 0, to = text.length): Segmentation {
    const length = to - from;
    const { unknownId, unknownScore, singlePrecision } = this.#options;
    const { scores, starts, ids } = this.#reserve(length + 1);
    const trie = this.#trie;
    const units = text.units;
    for (let start = 0, next = 0; start < length; start = next) {
      next = start + (start + 1 < length && isHighSurrogate(units[from + start] ?? 0) ? 2 : 1);
      const sum = scores[start] ?? 0;
      let covered = false;
      let node: number = Trie.root;
      for (let end = start; end < length;) {
        node = trie.child(node, units[from + end] ?? 0);
        if (node === 0) break;
        end++;
        const piece = trie.value(node);
        if (piece < 0) continue;
        const score = sum + (this.#scores[piece] ?? 0);
        if (Number.isNaN(score)) continue;
        if (starts[end] === UNREACHED || score > (scores[end] ?? 0)) {
          scores[end] = score;
          starts[end] = start;
          ids[end] = piece;
        }
        covered ||= end === next;
      }
      if (covered) continue;
      const score = singlePrecision ? Math.fround(sum + unknownScore) : sum + unknownScore;
      if (starts[next] === UNREACHED || score > (scores[next] ?? 0)) {
        scores[next] = score;
        starts[next] = start;
        ids[next] = unknownId;
      }
    }
    return backtrack(starts, ids, from, length, unknownId);
  }

  /** Returns an empty lattice for a text of `length - 1` units. It is reused, because calls are frequent and texts short. */
  #reserve(length: number): Lattice {
    if (length > this.#lattice.starts.length) this.#lattice = latticeOf(2 * length, this.#options.singlePrecision);
    this.#lattice.starts.fill(UNREACHED, 0, length);
    this.#lattice.scores[0] = 0;
    return this.#lattice;
  }
}

/** In UTF-16 units. SentencePiece learns pieces of up to 16 characters. */
const MAX_PIECE_LENGTH = 1024;

function pieceTooLong(piece: string): TokenizerFormatError {
  return new TokenizerFormatError({
    problem: `The tokenizer has a piece of ${piece.length} characters, ${JSON.stringify(piece.slice(0, 40))}…`,
    expected: `Expected at most ${MAX_PIECE_LENGTH}`,
    remedy: 'Do not use this tokenizer file: it is damaged or malicious',
  });
}

/** For each unit, the best path ending before it: its score, the start of its last piece, and that piece's id. */
interface Lattice {
  readonly scores: Float32Array | Float64Array;
  readonly starts: Int32Array;
  readonly ids: Int32Array;
}

const UNREACHED = -1;

function latticeOf(length: number, singlePrecision: boolean): Lattice {
  return {
    scores: singlePrecision ? new Float32Array(length) : new Float64Array(length),
    starts: new Int32Array(length),
    ids: new Int32Array(length),
  };
}

function backtrack(starts: Int32Array, ids: Int32Array, from: number, length: number, unknownId: number): Segmentation {
  const path: { ids: number[]; ends: number[] } = { ids: [], ends: [] };
  for (let end = length; end > 0; end = starts[end] ?? 0) {
    const id = ids[end] ?? unknownId;
    if (id === unknownId && path.ids.at(-1) === unknownId) continue;
    path.ids.push(id);
    path.ends.push(from + end);
  }
  path.ids.reverse();
  path.ends.reverse();
  return path;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
