import { type AlignedText, unitsOf } from '../aligned-text.ts';
import { mapCharacters, type NormalizationStep, unicodeForm } from '../normalize.ts';
import { isPythonSpace } from '../python-text.ts';

/** BERT's normalization, switch by switch. */
export interface BertNormalization {
  /** Drop control characters, make every space a plain one. */
  readonly cleanText: boolean;
  /** Put a space on either side of each Chinese character. */
  readonly spaceIdeographs: boolean;
  readonly lowerCase: boolean;
  readonly stripAccents: boolean;
  /** Compose to NFC before anything is taken apart, as the slow tokenizer does. */
  readonly compose: boolean;
}

/** The steps of BERT's BasicTokenizer before words are split (transformers, tokenization_bert.py). */
export function bertNormalization(options: BertNormalization): NormalizationStep[] {
  const steps: NormalizationStep[] = [];
  if (options.cleanText) steps.push(mapCharacters(clean));
  if (options.spaceIdeographs)
    steps.push(mapCharacters((character) => (isIdeograph(character) ? ` ${character} ` : character)));
  if (options.compose && !options.stripAccents) steps.push(unicodeForm('NFC'));
  if (options.lowerCase) steps.push(mapCharacters((character) => character.toLowerCase()));
  // Every mark that decomposition could reorder is non-spacing or, in the few scripts that have others, stays in place.
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

/** The blocks that BERT calls Chinese characters; Hangul, Hiragana and Katakana are not among them. */
function isIdeograph(character: string): boolean {
  return /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/u.test(
    character,
  );
}

/** Words and punctuation marks of a normalized text, as ranges of it. */
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

/** ASCII that is neither letter, digit nor space counts, `$` and `+` included; beyond ASCII the categories P. */
function isPunctuation(codePoint: number): boolean {
  return /[!-/:-@[-`{-~\p{P}]/u.test(String.fromCodePoint(codePoint));
}
