import type { AlignedText } from '../aligned-text.ts';
import { TokenizerFormatError } from '../errors.ts';
import { Trie } from './trie.ts';

/** What tells the two implementations apart that published models were made with. */
export interface UnigramOptions {
  readonly unknownId: number;
  /** Score of a character that no piece covers. */
  readonly unknownScore: number;
  /** Round running sums to float32, as SentencePiece does; it decides between segmentations that score nearly the same. */
  readonly singlePrecision: boolean;
}

/** The most probable segmentation: piece `i` has `ids[i]` and ends before unit `ends[i]`, where the next begins. */
export interface Segmentation {
  readonly ids: readonly number[];
  readonly ends: readonly number[];
}

/**
 * A unigram language model (Kudo 2018): text is cut into the pieces whose log probabilities sum to the most, by Viterbi.
 * Work is linear in the text, times the length of the longest piece.
 */
export class Unigram {
  readonly #trie: Trie;
  readonly #scores: ArrayLike<number>;
  readonly #options: UnigramOptions;
  #lattice: Lattice;

  /**
   * @param pieces texts that are not empty; an id is a place among them
   * @param scores of the pieces; NaN for one that the model may not choose
   * @throws TokenizerFormatError for a piece so long that looking for it at every character would take too long
   */
  constructor(pieces: readonly string[], scores: ArrayLike<number>, options: UnigramOptions) {
    const tooLong = pieces.find((piece) => piece.length > LONGEST_PIECE);
    if (tooLong !== undefined) throw pieceTooLong(tooLong);
    this.#trie = new Trie(pieces);
    this.#scores = scores;
    this.#options = options;
    this.#lattice = latticeOf(512, options.singlePrecision);
  }

  /** Segments `[from, to)` of a normalized text. Runs of unknown characters make one unknown piece. */
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

  /** Room for a text of `length - 1` units, with nothing reached yet. Kept from call to call: texts are short and many. */
  #reserve(length: number): Lattice {
    if (length > this.#lattice.starts.length) this.#lattice = latticeOf(2 * length, this.#options.singlePrecision);
    this.#lattice.starts.fill(UNREACHED, 0, length);
    this.#lattice.scores[0] = 0;
    return this.#lattice;
  }
}

/** UTF-16 units. SentencePiece learns pieces of up to 16 characters. */
const LONGEST_PIECE = 1024;

function pieceTooLong(piece: string): TokenizerFormatError {
  return new TokenizerFormatError({
    problem: `The tokenizer has a piece of ${piece.length} characters, ${JSON.stringify(piece.slice(0, 40))}…`,
    expected: `Expected at most ${LONGEST_PIECE}`,
    remedy: 'Do not use this tokenizer file: it is broken or hostile',
  });
}

/** Of the best path that ends before each unit: its score, where its last piece starts, and that piece's id. */
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
