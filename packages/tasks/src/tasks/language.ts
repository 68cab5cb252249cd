/**
 * Detects the language of a text without a model: by its script, and in Latin script by the most frequent words of each
 * language and by typical letters.
 */
import { checkArgument, listOf, string } from '@albert-web/errors';
import type { Tokenizer } from '@albert-web/tokenizer';
import { frequentWords, typicalLetters } from './language-words.ts';

function lettersOf(language: string): RegExp | undefined {
  const letters = typicalLetters[language];
  return letters === undefined ? undefined : new RegExp(`[${letters}]`, 'u');
}

const languagesByWords = Object.entries(frequentWords).map(([language, words]) => {
  return { language, frequent: new Set(words.split(/\s+/u)), letters: lettersOf(language) };
});

/** Scripts, by the tag of the only language that uses them, or by the tag of the script if there are several languages. */
const scripts = {
  ja: /[\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  zh: /\p{Script=Han}/gu,
  ko: /\p{Script=Hangul}/gu,
  el: /\p{Script=Greek}/gu,
  he: /\p{Script=Hebrew}/gu,
  th: /\p{Script=Thai}/gu,
  'und-Arab': /\p{Script=Arabic}/gu,
  'und-Cyrl': /\p{Script=Cyrillic}/gu,
  'und-Deva': /\p{Script=Devanagari}/gu,
} as const;

/**
 * The number of different words of a language that a text must have, and their share of all words, before the language is
 * reported. English with foreign names and loan words stays below. `language.test.ts` has examples;
 * `node bench/scripts/languages.mjs` measures both kinds of error.
 */
const minimum = { words: 2, share: 0.1 };

/**
 * A text must have this many words with this many letters before it is judged by how the tokenizer splits them. It is
 * foreign if at most this share of the words is not split. Names and headlines of four words stay below.
 */
const foreign = { words: 5, letters: 3, whole: 0.25 };

/** Endings of English words that a vocabulary may lack, such as "excruciatingly". */
const englishEnding = /(?:ly|ings?|ed|ness|tions?|able|ous|ful|less|ic|ism|ists?|ment|ters?|ies)$/u;

/** The smallest vocabulary that has everyday words of a language as single pieces. */
const minVocabulary = 20_000;

/** Returns a test whether a word is one piece; undefined for a vocabulary so small that it splits words of its own language. */
export function wholeWords(tokenizer: Tokenizer): ((word: string) => boolean) | undefined {
  if (tokenizer.vocabSize < minVocabulary) return undefined;
  return (word) => tokenizer.encode(word, { addSpecialTokens: false }).tokens.length === 1;
}

/**
 * Returns the language of a text if it can be detected and is not among those that a model reads.
 *
 * It prefers no result to a wrong one: names and loan words do not count as another language, and texts of two or three words
 * rarely give a result.
 *
 * @param languages the languages that the model reads, as BCP 47 tags
 * @param isWhole whether a word is one piece of an English model's vocabulary. With it, a text of at least five words with
 *   hardly any English ones is reported too, whatever its language.
 * @returns a BCP 47 tag: `de`, `und-Cyrl` if only the script is known, or `und` for an unknown language in Latin script
 * @throws InvalidArgumentError for anything but a string and a list of strings
 */
export function otherLanguage(
  text: string,
  languages: readonly string[],
  isWhole?: (word: string) => boolean,
): string | undefined {
  checkArgument('text', text, string);
  checkArgument('languages', languages, listOf(string));
  const tag = byScript(text);
  if (tag) return languages.some((language) => scriptOf(language) === scriptOf(tag)) ? undefined : tag;
  return byWords(text, languages, isWhole);
}

/** Detects a text that is mostly not in Latin script. Kana take precedence over Han, because Japanese often has more Han. */
function byScript(text: string): string | undefined {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const counts = Object.entries(scripts).map(([tag, script]) => [tag, text.match(script)?.length ?? 0] as const);
  const others = counts.reduce((sum, [, count]) => sum + count, 0);
  if (others === 0 || 2 * others < letters) return undefined;
  const [kana, ...rest] = counts;
  if (kana && kana[1] > 0) return kana[0];
  return rest.toSorted((a, b) => b[1] - a[1])[0]?.[0];
}

function scriptOf(tag: string): string | undefined {
  return new Intl.Locale(tag).maximize().script;
}

function byWords(
  text: string,
  languages: readonly string[],
  isWhole: ((word: string) => boolean) | undefined,
): string | undefined {
  const read = languages.map((language) => new Intl.Locale(language).language);
  // Without a word list for the model's language, its own texts might be mistaken for another language.
  if (!read.every((language) => language in frequentWords)) return undefined;
  const words = plainWords(text);
  const evidence = languagesByWords.map(({ language, frequent, letters }) => {
    const known = words.filter((word) => frequent.has(word)).length;
    const spelled = words.filter((word) => letters?.test(word));
    const hits = known + spelled.filter((word) => !frequent.has(word)).length;
    return { language, known, hits, weight: known + 2 * spelled.length };
  });
  const own = Math.max(...evidence.filter(({ language }) => read.includes(language)).map(({ hits }) => hits));
  // Letters alone are weak evidence, because loan words keep theirs. But they decide between languages that share most words.
  const [best, second] = evidence
    .filter(({ language, known }) => known > 0 && !read.includes(language))
    .toSorted((a, b) => b.hits - a.hits || b.weight - a.weight);
  if (best && best.hits >= Math.max(minimum.words, minimum.share * words.length, 2 * own + 1)) {
    return best.hits === second?.hits && best.weight === second.weight ? 'und' : best.language;
  }
  const isEnglishOnly = read.every((language) => language === 'en');
  return isWhole && isEnglishOnly && own === 0 && isForeign(words, isWhole) ? 'und' : undefined;
}

/** Whether a text without any frequent English words has hardly any other English words either. */
function isForeign(words: readonly string[], isWhole: (word: string) => boolean): boolean {
  const longer = words.filter((word) => word.length >= foreign.letters);
  if (longer.length < foreign.words) return false;
  const whole = longer.filter((word) => englishEnding.test(word) || isWhole(word)).length;
  return whole <= foreign.whole * longer.length;
}

/** Returns the distinct words of a text, in lower case, without capitalized words inside the text: they may be names. */
function plainWords(text: string): string[] {
  const words = text.normalize('NFC').match(/\p{L}[\p{L}\p{M}]*/gu) ?? [];
  const isShouted = !/\p{Ll}/u.test(text);
  const plain = words.flatMap((word, index) => {
    const lower = word.toLowerCase();
    return index === 0 || isShouted || word === lower ? [lower] : [];
  });
  return [...new Set(plain)];
}
