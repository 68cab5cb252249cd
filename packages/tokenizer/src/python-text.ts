/**
 * Operations of Python's `str` and `unicodedata` that differ from JavaScript's. Hugging Face's tokenizers rely on Python's
 * behavior, and a different id would be a wrong result.
 */

/** `str.isspace()`. JavaScript's `\s` lacks U+001C to U+001F and U+0085 but includes U+FEFF. */
export function isPythonSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) || (unit >= 0x1c && unit <= 0x1f);
  if (unit < 0x1680) return unit === 0x85 || unit === 0xa0;
  return (
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000 ||
    unit === 0x1680
  );
}

/** `str.isdigit()`: decimal digits, and the characters whose Numeric_Type is Digit (superscript, circled, ...). */
export function isPythonDigit(character: string): boolean {
  return (
    /^\p{Nd}$/u.test(character) ||
    // JavaScript's regular expressions do not support Numeric_Type=Digit (UnicodeData.txt 14, field 7 without 6).
    /^[\u00b2\u00b3\u00b9\u1369-\u1371\u19da\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24ea\u24f5-\u24fd\u24ff\u2776-\u277e\u2780-\u2788\u278a-\u2792\u{10a40}-\u{10a43}\u{10e60}-\u{10e68}\u{11052}-\u{1105a}\u{1f100}-\u{1f10a}]$/u.test(
      character,
    )
  );
}

/**
 * `unicodedata.combining(c) != 0`: whether the canonical combining class is not zero. JavaScript's regular expressions have
 * no such property (`\p{M}` includes vowel signs of class 0), but normalization sorts adjacent marks by class, which reveals
 * it. U+0345 has the largest class, 240, and U+0334 the smallest, 1. A character that moves before the former or after the
 * latter has a nonzero class.
 *
 * @param character one code point, already decomposed
 */
export function isCombining(character: string): boolean {
  return (
    `\u0345${character}`.normalize('NFD') !== `\u0345${character}` ||
    `${character}\u0334`.normalize('NFD') !== `${character}\u0334`
  );
}

/**
 * Whether `str.lower()` turns the capital sigma at `index` into final ς: a cased letter comes before it and none after it,
 * ignoring case-ignorable characters (Unicode's Final_Sigma).
 */
export function isFinalSigma(text: string, index: number): boolean {
  let before = index;
  let neighbor: string;
  do {
    neighbor = characterBefore(text, before);
    before -= neighbor.length;
  } while (/\p{Case_Ignorable}/u.test(neighbor));
  if (!/\p{Cased}/u.test(neighbor)) return false;
  let after = index + 1;
  do {
    neighbor = characterAt(text, after);
    after += neighbor.length;
  } while (/\p{Case_Ignorable}/u.test(neighbor));
  return !/\p{Cased}/u.test(neighbor);
}

/** The code point that starts at `index`, or '' at the end. */
export function characterAt(text: string, index: number): string {
  return index < text.length ? String.fromCodePoint(text.codePointAt(index) ?? 0) : '';
}

/** The code point that ends before `index`, or '' at the start. */
export function characterBefore(text: string, index: number): string {
  const pair = index >= 2 ? characterAt(text, index - 2) : '';
  return pair.length === 2 ? pair : text.charAt(index - 1);
}
