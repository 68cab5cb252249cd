import { InvalidArgumentError } from '@albert-web/errors';
import { TruncationError } from './errors.ts';
import type { EncodeTextOptions } from './tokenizer.ts';

/** A range `[from, to)` of a text's tokens. */
export type TokenRange = readonly [from: number, to: number];

/** How many tokens of each text `longest_first` keeps if the two texts are too long together. */
export type PairCut = (lengths: readonly number[], room: number) => readonly [first: number, second: number];

/**
 * Plans which tokens of one or two texts go into the sequence and into its overflowing windows.
 *
 * @param lengths number of tokens of each text
 * @param added number of special tokens that will be added
 * @param cutPair how the tokenizer implements `longest_first`
 * @returns a range of each text, for each sequence; the first sequence is the main one
 * @throws TruncationError when the text that may be truncated is too short
 * @throws InvalidArgumentError when the options leave no room for any token
 */
export function planSequences(
  lengths: readonly number[],
  added: number,
  cutPair: PairCut,
  options: EncodeTextOptions,
): TokenRange[][] {
  const { maxLength = Infinity, truncation = 'longest_first', stride } = options;
  const whole = lengths.map((length): TokenRange => [0, length]);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const room = maxLength - added;
  if (truncation === 'do_not_truncate' || total <= room) return [whole];
  if (room < 0) throw tooShort(maxLength, added);
  if (lengths.length === 2 && truncation === 'longest_first')
    return [cutPair(lengths, room).map((kept): TokenRange => [0, kept])];
  const cut = truncation === 'only_second' ? 1 : 0;
  const window = room - (total - (lengths[cut] ?? 0));
  if (window <= 0 || cut >= lengths.length) throw cannotGiveWay(truncation, total - room);
  if (stride === undefined) return [whole.map((range, i): TokenRange => (i === cut ? [0, window] : range))];
  return slide(lengths[cut] ?? 0, window, stride).map((range) => whole.map((other, i) => (i === cut ? range : other)));
}

/**
 * Removes tokens one by one from the end of the longer text, or of the second if both are equally long, as
 * google-research/albert and the slow tokenizers of Hugging Face do.
 */
export const cutOneByOne: PairCut = ([first = 0, second = 0], room) => {
  const keptOfFirst = Math.min(first, Math.max(Math.ceil(room / 2), room - second));
  return [keptOfFirst, room - keptOfFirst];
};

/**
 * Keeps the shorter text whole if it takes at most half of the room. Otherwise both texts get half, and the longer one also
 * gets the odd token (huggingface/tokenizers, `utils/truncation.rs`).
 */
export const cutToHalves: PairCut = ([first = 0, second = 0], room) => {
  const half = Math.floor(room / 2);
  const shorter = Math.min(first, second, half);
  const longer = room - shorter;
  return first <= second ? [shorter, longer] : [longer, shorter];
};

/** Returns windows over `length` tokens, each of which repeats the last `stride` tokens of the previous one. */
function slide(length: number, window: number, stride: number): TokenRange[] {
  if (stride >= window) {
    throw new InvalidArgumentError({
      problem: `stride is ${stride}, but a window has room for ${window} tokens`,
      expected: 'Expected a stride smaller than the window',
      remedy: 'Lower stride or raise maxLength',
    });
  }
  const windows: TokenRange[] = [];
  for (let from = 0; windows.at(-1)?.[1] !== length; from += window - stride) {
    windows.push([from, Math.min(from + window, length)]);
  }
  return windows;
}

function tooShort(maxLength: number, added: number): InvalidArgumentError {
  return new InvalidArgumentError({
    problem: `maxLength is ${maxLength}, but special tokens alone take ${added}`,
    expected: `Expected at least ${added}`,
    remedy: 'Raise maxLength',
  });
}

function cannotGiveWay(truncation: string, excess: number): TruncationError {
  return new TruncationError({
    problem: `The sequence is ${excess} tokens too long, and truncation ${truncation} cannot remove that many`,
    remedy: `Raise maxLength${truncation === 'longest_first' ? '' : ', shorten the other text, or use longest_first'}`,
  });
}
