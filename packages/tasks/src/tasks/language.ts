/**
 * Detects the language of a text without a model: by its script, and in Latin script by the most frequent words of each
 * language and by the letters of its alphabet.
 */
import { checkArgument, listOf, string } from '@albert-web/errors';
import type { Tokenizer } from '@albert-web/tokenizer';
import { accentedWords, alphabets, frequentWords, largerNeighbors } from './language-words.ts';

interface Language {
  readonly language: string;
  readonly frequent: ReadonlySet<string>;
  readonly alphabet: ReadonlySet<string>;
}

const latin = 'abcdefghijklmnopqrstuvwxyz';

const knownLanguages: readonly Language[] = Object.entries(frequentWords).map(([language, words]) => ({
  language,
  frequent: new Set(words.split(/\s+/u)),
  alphabet: alphabetOf(language),
}));

function alphabetOf(language: string): ReadonlySet<string> {
  const [added = '', missing = ''] = alphabets[language] ?? [];
  return new Set(Array.from(latin + added).filter((letter) => !missing.includes(letter)));
}

const accentedEnglish: ReadonlySet<string> = new Set(accentedWords.split(/\s+/u).flatMap((word) => [word, `${word}s`]));

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
 * The number of different words or spellings of a language that a text must have, and their share of all words, before the language is
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
  const tags = new Set(languages.map((language) => new Intl.Locale(language).language));
  const read = knownLanguages.filter(({ language }) => tags.has(language));
  // Without a word list for the model's language, its own texts might be mistaken for another language.
  if (read.length < tags.size) return undefined;
  const words = plainWords(text);
  const others = knownLanguages.filter(({ language }) => !tags.has(language));
  const found = others.map((language) => collectEvidence(words, language, read));
  const candidates = found.filter((evidence) => isEnough(evidence, words.length));
  if (candidates.length > 0) return mostLikely(candidates);
  const isEnglishOnly = read.every(({ language }) => language === 'en');
  const isEnglish = found.some(({ own }) => own > 0);
  return isWhole && isEnglishOnly && !isEnglish && isForeign(words, isWhole) ? 'und' : undefined;
}

/** The words of a text that speak for or against a language. */
interface Evidence {
  readonly language: string;
  /** Words that are frequent in the language, but not in one that the model reads. */
  readonly frequent: readonly string[];
  /** Words with letters that the language has, but none that the model reads. */
  readonly spelled: readonly string[];
  /** All words in `frequent` or `spelled`. */
  readonly hits: ReadonlySet<string>;
  /** The number of words with letters that neither the language nor one that the model reads has. */
  readonly misspelled: number;
  /** The number of words that are frequent in a language that the model reads, but not in this one. */
  readonly own: number;
}

function collectEvidence(words: readonly string[], of: Language, read: readonly Language[]): Evidence {
  const isOwn = (word: string): boolean => read.some((own) => own.frequent.has(word));
  const frequent = words.filter((word) => of.frequent.has(word) && !isOwn(word));
  const foreign = words.filter((word) => isAccented(word) && !read.some((own) => canSpell(own, word)));
  const spelled = foreign.filter((word) => canSpell(of, word));
  return {
    language: of.language,
    frequent,
    spelled,
    hits: new Set([...frequent, ...spelled]),
    misspelled: foreign.length - spelled.length,
    own: words.filter((word) => isOwn(word) && !of.frequent.has(word)).length,
  };
}

/** Whether all letters of a word belong to a language's alphabet. */
function canSpell({ alphabet }: Language, word: string): boolean {
  return Array.from(word).every((letter) => alphabet.has(letter));
}

/** Whether a word has letters beyond a to z, is more than a letter, and not an English word. */
function isAccented(word: string): boolean {
  return word.length > 1 && Array.from(word).some((letter) => !latin.includes(letter)) && !accentedEnglish.has(word);
}

/** Whether a text of so many words is in this language, or a related one. Letters alone suffice only without a word of its own. */
function isEnough({ frequent, hits, own }: Evidence, words: number): boolean {
  return hits.size >= Math.max(minimum.words, minimum.share * words, 2 * own + 1) && (frequent.length > 0 || own === 0);
}

/** Returns the language with the most evidence, or `und` if there are several. Among equals, words of few languages count more. */
function mostLikely(candidates: readonly Evidence[]): string {
  const rarity = (word: string): number => 1 / candidates.filter(({ hits }) => hits.has(word)).length;
  const ranked = candidates
    .map(({ language, frequent, spelled, hits, misspelled }) => ({
      language,
      weight: frequent.length + spelled.length - misspelled,
      rarity: Array.from(hits).reduce((sum, word) => sum + rarity(word), 0),
    }))
    .toSorted((a, b) => b.weight - a.weight || b.rarity - a.rarity);
  const [best] = ranked;
  const equals = ranked.filter(({ weight, rarity }) => weight === best?.weight && rarity === best.rarity);
  const names = equals.map(({ language }) => language);
  const large = names.filter((language) => !names.includes(largerNeighbors[language] ?? ''));
  return large.length === 1 ? (large[0] ?? 'und') : 'und';
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
