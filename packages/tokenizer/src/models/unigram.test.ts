import { seededRandom } from '@albert-web/testing';
import { expect, test } from 'vitest';
import { AlignedText } from '../aligned-text.ts';
import { Trie } from './trie.ts';
import { Unigram } from './unigram.ts';

const random = seededRandom(7);
const word = (alphabet: string, longest: number): string =>
  Array.from({ length: random.integer(1, longest + 1) }, () =>
    alphabet.charAt(random.integer(0, alphabet.length)),
  ).join('');

test('a trie finds its keys, their prefixes, and nothing else', () => {
  const keys = [...new Set(Array.from({ length: 5000 }, () => word('abcdefgh漢字\ud83d\ude00', 6)))];
  const trie = new Trie(keys);
  const nodeOf = (text: string): number => {
    let node: number = Trie.root;
    for (let i = 0; i < text.length && node > 0; i++) node = trie.child(node, text.charCodeAt(i));
    return node;
  };
  const prefixes = new Set(keys.flatMap((key) => Array.from(key, (_, i) => key.slice(0, i + 1))));
  for (const [i, key] of keys.entries()) expect(trie.value(nodeOf(key))).toBe(i);
  for (let i = 0; i < 20_000; i++) {
    const text = word('abcdefgh漢字\ud83d\ude00z', 7);
    const node = nodeOf(text);
    if (keys.includes(text)) expect(trie.value(node)).toBe(keys.indexOf(text));
    else if (!prefixes.has(text)) expect(node).toBe(0);
  }
});

const UNKNOWN = { unknownId: 0, unknownScore: -20, singlePrecision: false };

/** Computes the best score of all ways to split `text`, by trying every one. */
function bestScore(text: string, scores: ReadonlyMap<string, number>): number {
  if (text === '') return 0;
  const known = scores.has(text.charAt(0)) ? -Infinity : UNKNOWN.unknownScore + bestScore(text.slice(1), scores);
  let best = known;
  for (let length = 1; length <= text.length; length++) {
    const score = scores.get(text.slice(0, length));
    if (score !== undefined) best = Math.max(best, score + bestScore(text.slice(length), scores));
  }
  return best;
}

test('the segmentation is the most probable one', () => {
  const texts = [...new Set(Array.from({ length: 60 }, () => word('abcd', 4)))];
  const scores = new Map(texts.map((text) => [text, -1 - 9 * random.uniform()]));
  const unigram = new Unigram(['<unk>', ...texts], [NaN, ...scores.values()], UNKNOWN);
  for (let i = 0; i < 200; i++) {
    const text = word('abcde', 12);
    const { ids, ends } = unigram.segment(AlignedText.of(text));
    const cut = ends.map((end, k) => text.slice(ends[k - 1] ?? 0, end));
    expect(cut.join('')).toBe(text);
    const total = cut.reduce((sum, piece, k) => {
      if (ids[k] !== 0) expect(piece).toBe(texts[(ids[k] ?? 0) - 1]);
      return sum + (ids[k] === 0 ? UNKNOWN.unknownScore * piece.length : (scores.get(piece) ?? NaN));
    }, 0);
    expect(total).toBeCloseTo(bestScore(text, scores), 9);
  }
});

test('a surrogate pair is one unknown character, and a run of unknown characters is one piece', () => {
  const unigram = new Unigram(['漢', 'a'], [NaN, -1], UNKNOWN);
  expect(unigram.segment(AlignedText.of('😀漢a😀'))).toEqual({ ids: [0, 1, 0], ends: [3, 4, 6] });
});

test('a range of a text can be segmented on its own', () => {
  const unigram = new Unigram(['<unk>', 'ab'], [NaN, -1], UNKNOWN);
  expect(unigram.segment(AlignedText.of('xxababx'), 2, 6)).toEqual({ ids: [1, 1], ends: [4, 6] });
});
