/**
 * In which language a text is, where that can be told without a model: by its script, and in Latin script by the most frequent
 * words of each language and by its letters.
 */
import type { Tokenizer } from '@albert-web/tokenizer';
import { frequentWords, typicalLetters } from './language-words.ts';

function lettersOf(language: string): RegExp | undefined {
  const letters = typicalLetters[language];
  return letters === undefined ? undefined : new RegExp(`[${letters}]`, 'u');
}

const languagesByWords = Object.entries(frequentWords).map(([language, words]) => {
  return { language, frequent: new Set(words.split(/\s+/u)), letters: lettersOf(language) };
});

/** Scripts, each as the tag of the language that alone uses it, or of the script where there are several. */
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
 * How many different words of a language a text must have, and which share of all its words, before the language is reported.
 * English with foreign names and loan words stays below. `language.test.ts` has examples; `node bench/scripts/languages.mjs`
 * measures both kinds of error.
 */
const minimum = { words: 2, share: 0.1 };

/**
 * How many words of how many letters a text must have before it is judged by what a tokenizer splits, and which share of them may
 * be whole. Names and headlines of four words stay below.
 */
const foreign = { words: 5, letters: 3, whole: 0.25 };

/** Endings of English words that a vocabulary may lack, such as "excruciatingly". */
const englishEnding = /(?:ly|ings?|ed|ness|tions?|able|ous|ful|less|ic|ism|ists?|ment|ters?|ies)$/u;

/** The smallest vocabulary that holds the everyday words of a language in one piece each. */
const minVocabulary = 20_000;

/** Whether a word is one piece of a vocabulary; undefined for a vocabulary so small that it splits words of its own language. */
export function wholeWords(tokenizer: Tokenizer): ((word: string) => boolean) | undefined {
  if (tokenizer.vocabSize < minVocabulary) return undefined;
  return (word) => tokenizer.encode(word, { addSpecialTokens: false }).tokens.length === 1;
}

/**
 * The language of a text, where it can be told and is not among those a model reads.
 *
 * It is told late rather than wrongly: names and loan words are no language, and of a text of two or three words little is said.
 *
 * @param languages what the model reads, as BCP 47 tags.
 * @param isWhole whether a word is one piece of an English model's vocabulary. With it, a text of five words and more that has
 *   hardly a word of English is told too, whatever its language is.
 * @returns a BCP 47 tag: `de`; `und-Cyrl` where only the script is known; `und` where it is some other language in Latin script.
 */
export function otherLanguage(
  text: string,
  languages: readonly string[],
  isWhole?: (word: string) => boolean,
): string | undefined {
  const tag = byScript(text);
  if (tag) return languages.some((language) => scriptOf(language) === scriptOf(tag)) ? undefined : tag;
  return byWords(text, languages, isWhole);
}

/** Of a text mostly in another script than the Latin one. Kana decide before Han, which Japanese has more of. */
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
  // Of a language without a list nothing is known, so that its own texts might be taken for another's.
  if (!read.every((language) => language in frequentWords)) return undefined;
  const words = plainWords(text);
  const evidence = languagesByWords.map(({ language, frequent, letters }) => {
    const known = words.filter((word) => frequent.has(word)).length;
    const spelled = words.filter((word) => letters?.test(word));
    const hits = known + spelled.filter((word) => !frequent.has(word)).length;
    return { language, known, hits, weight: known + 2 * spelled.length };
  });
  const own = Math.max(...evidence.filter(({ language }) => read.includes(language)).map(({ hits }) => hits));
  // Letters alone say little: a loan word keeps its own. Of neighbors that share most words they name the right one.
  const [best, second] = evidence
    .filter(({ language, known }) => known > 0 && !read.includes(language))
    .toSorted((a, b) => b.hits - a.hits || b.weight - a.weight);
  if (best && best.hits >= Math.max(minimum.words, minimum.share * words.length, 2 * own + 1)) {
    return best.hits === second?.hits && best.weight === second.weight ? 'und' : best.language;
  }
  const isEnglishOnly = read.every((language) => language === 'en');
  return isWhole && isEnglishOnly && own === 0 && isForeign(words, isWhole) ? 'und' : undefined;
}

/** Whether a text that has none of the frequent words of English has hardly any other words of it either. */
function isForeign(words: readonly string[], isWhole: (word: string) => boolean): boolean {
  const longer = words.filter((word) => word.length >= foreign.letters);
  if (longer.length < foreign.words) return false;
  const whole = longer.filter((word) => englishEnding.test(word) || isWhole(word)).length;
  return whole <= foreign.whole * longer.length;
}

/** The different words of a text, in lower case. Capitalized words within a text may be names, such as that of Los Angeles: they are left out. */
function plainWords(text: string): string[] {
  const words = text.normalize('NFC').match(/\p{L}[\p{L}\p{M}]*/gu) ?? [];
  const isShouted = !/\p{Ll}/u.test(text);
  const plain = words.flatMap((word, index) => {
    const lower = word.toLowerCase();
    return index === 0 || isShouted || word === lower ? [lower] : [];
  });
  return [...new Set(plain)];
}
