/**
 * In which language a text is, where that can be told without a model: by its script, and by the most frequent words of a few
 * languages in Latin script.
 */

/** Words that are frequent in one language and rare, or absent, in most of the others. Source: common knowledge. */
const frequentWords: Readonly<Record<string, string>> = {
  en: `the of and to is it you that he was for on are with as his they at this have from or had by not but what all were we when
    there can an your which their said if will how about out then she many some so these would other into has more her him see
    than been who its now my did get made may our us just any after where why am does do i be in her me should their them`,
  de: `der die das und ist nicht ein eine einen einem einer ich du er sie es wir ihr mit auf für von zu den dem des im in auch wie
    war sind hat haben wird werden oder aber wenn dass bei aus nach noch nur sich kann mein meine dein sein kein keine was wo
    über um vor am an als mir mich dir dich zum zur ihre seine`,
  fr: `le la les de des du un une et est pas que qui dans pour sur au aux ce cette ces il elle nous vous ils je tu ne se sa son ses
    leur avec par plus mais ou où été être sont ont fait comme tout si mon ma mes en lui très votre quand à toute aussi peut`,
  es: `el la los las de del un una y es que en no por para con se su sus lo al como más pero está este esta yo tú él ella son fue ha
    muy mi me te le ya si sin sobre también hay era qué dónde cómo todos tiene ni ser o cuando`,
  it: `il lo la gli le di del della dei un una e è che non per con su in da si sono ho ha anche ma come più questo questa mi ti ci
    nel nella alla al dal era tu dove molto sul sulla delle suo sua ad ed degli tra ogni essere ne sia se quando`,
  pt: `o os as de do da dos das um uma e é que não em no na por para com se seu sua mais mas como eu ele ela você está são foi ao
    muito também tem nos onde isso uns pelo pela à ou ser às todos sem nas quando`,
  nl: `de het een en van is niet dat in op te ik je hij zij ze we met voor zijn aan er maar om ook als bij naar dit die wat uit nog
    wel door hebben heeft wordt kan mijn geen waar dan wij`,
};

const wordsOf = Object.fromEntries(
  Object.entries(frequentWords).map(([language, words]) => [language, new Set(words.split(/\s+/u))]),
);

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
 * English with foreign names and loan words stays below: see `language.test.ts`.
 */
const minimum = { words: 2, share: 0.2 };

/**
 * The language of a text, where it can be told and is not among those a model reads.
 *
 * It is told late rather than wrongly: names and loan words are no language, and of a text of two or three words nothing is said.
 *
 * @param languages what the model reads, as BCP 47 tags. @returns a BCP 47 tag: `de`, or `und-Cyrl` where only the script is known.
 */
export function otherLanguage(text: string, languages: readonly string[]): string | undefined {
  const tag = byScript(text);
  if (tag) return languages.some((language) => scriptOf(language) === scriptOf(tag)) ? undefined : tag;
  return byWords(text, languages);
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

function byWords(text: string, languages: readonly string[]): string | undefined {
  const read = languages.map((language) => new Intl.Locale(language).language);
  // Of a language without a list nothing is known, so that its own texts might be taken for another's.
  if (!read.every((language) => language in wordsOf)) return undefined;
  const words = plainWords(text);
  const hits = Object.entries(wordsOf).map(([language, frequent]) => ({
    language,
    hits: words.filter((word) => frequent.has(word)).length,
  }));
  const own = Math.max(...hits.filter(({ language }) => read.includes(language)).map((entry) => entry.hits));
  const [best] = hits.filter(({ language }) => !read.includes(language)).toSorted((a, b) => b.hits - a.hits);
  if (!best || best.hits < minimum.words || best.hits <= 2 * own) return undefined;
  return best.hits >= minimum.share * words.length ? best.language : undefined;
}

/** The different words of a text, in lower case. Capitalized words within a text may be names, such as that of Los Angeles: they are left out. */
function plainWords(text: string): string[] {
  const words = text.match(/\p{L}+/gu) ?? [];
  const isShouted = !/\p{Ll}/u.test(text);
  const plain = words.flatMap((word, index) => {
    const lower = word.toLowerCase();
    return index === 0 || isShouted || word === lower ? [lower] : [];
  });
  return [...new Set(plain)];
}
