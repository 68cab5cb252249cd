import { type AlignedText, unitsOf } from '../aligned-text.ts';
import { mapCharacters, type NormalizationStep, unicodeForm } from '../normalize.ts';
import { isPythonSpace } from '../python-text.ts';

/** Flags of BERT's normalization. */
export interface BertNormalization {
  /** Remove control characters and turn all white space into plain spaces. */
  readonly cleanText: boolean;
  /** Surround each Chinese character with spaces. */
  readonly spaceIdeographs: boolean;
  readonly lowerCase: boolean;
  readonly stripAccents: boolean;
  /** Apply NFC first, as the slow tokenizer does. */
  readonly compose: boolean;
}

/** Returns the steps of BERT's BasicTokenizer before it splits words (transformers, tokenization_bert.py). */
export function bertNormalization(options: BertNormalization): NormalizationStep[] {
  const steps: NormalizationStep[] = [];
  if (options.cleanText) steps.push(mapCharacters(clean));
  if (options.spaceIdeographs)
    steps.push(mapCharacters((character) => (isIdeograph(character) ? ` ${character} ` : character)));
  if (options.compose && !options.stripAccents) steps.push(unicodeForm('NFC'));
  if (options.lowerCase) steps.push(mapCharacters((character) => character.toLowerCase()));
  // Marks that decomposition could reorder are non-spacing, so removed, or stay in place (in the few scripts with other marks).
  if (options.stripAccents)
    steps.push(
      unicodeForm('NFD'),
      mapCharacters((character) => (/\p{Mn}/u.test(character) ? '' : character)),
    );
  return steps;
}

function clean(character: string): string {
  if (/[\t\n\r\p{Zs}]/u.test(character)) return ' ';
  return character === '\ufffd' || /\p{C}/u.test(character) ? '' : character;
}

/** Whether a character is in a Unicode block that BERT treats as Chinese: not Hangul, Hiragana or Katakana. */
function isIdeograph(character: string): boolean {
  return /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/u.test(
    character,
  );
}

/** Splits a normalized text into words and punctuation marks, as ranges. */
export function splitWords(text: AlignedText): (readonly [from: number, to: number])[] {
  const words: (readonly [number, number])[] = [];
  let from = 0;
  const close = (to: number): void => {
    if (to > from) words.push([from, to]);
  };
  for (let i = 0; i < text.length;) {
    const codePoint = text.codePointAt(i);
    const next = i + unitsOf(codePoint);
    if (isPythonSpace(codePoint)) {
      close(i);
      from = next;
    } else if (isPunctuation(codePoint)) {
      close(i);
      words.push([i, next]);
      from = next;
    }
    i = next;
  }
  close(text.length);
  return words;
}

/** In ASCII: everything except letters, digits and spaces, so `$` and `+` too. Beyond ASCII: the Unicode categories P. */
function isPunctuation(codePoint: number): boolean {
  return /[!-/:-@[-`{-~\p{P}]/u.test(String.fromCodePoint(codePoint));
}
