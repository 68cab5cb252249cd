import { TokenizerFormatError } from '../errors.ts';

/**
 * Oniguruma's character classes in JavaScript syntax. They cover all of Unicode, and `.` excludes only the line feed.
 *
 * Source: doc/RE of kkos/oniguruma, the library that compiles the patterns of huggingface/tokenizers.
 */
const classes: Readonly<Record<string, string>> = {
  s: '\\p{White_Space}',
  S: '\\P{White_Space}',
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  w: '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}',
};
/** Escapes with the same meaning in both. */
const characters = /^\\(?:[\\^$.*+?()[\]{}|/-]|[nrtfv]|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[pP]\{\w+\})$/u;
const tokens =
  /\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[pP]\{\^?\w+\}|[^])|\(\?[:=!]|\(\?<[=!]|\(\?|\[\[:|&&|[*+?}][+]|[^]/gu;

/** An unbounded quantifier at the start of a string. */
const unlimited = /^(?:[*+]|\{\d*,\})/u;

/**
 * Translates a regular expression of `tokenizer.json` to a JavaScript one that matches the same texts.
 *
 * @throws TokenizerFormatError for syntax without an equivalent, and for nested repetitions
 */
export function readPattern(source: string): RegExp {
  let pattern = '';
  let inClass = false;
  /** Whether each open group contains an unbounded quantifier. The first entry is for the whole pattern. */
  const repeats = [false];
  for (const { 0: token, index } of source.matchAll(tokens)) {
    const shared = translate(token, inClass);
    if (shared === undefined) throw unshared(source, token);
    if (!inClass && token.startsWith('(')) repeats.push(false);
    if (!inClass && token === ')') {
      const inner = repeats.pop() === true;
      // Such as (a+)+: a backtracking engine takes exponential time to fail.
      if (inner && unlimited.test(source.slice(index + 1))) throw exponential(source);
      if (inner) repeats[repeats.length - 1] = true;
    }
    if (!inClass && unlimited.test(source.slice(index))) repeats[repeats.length - 1] = true;
    if (token === '[' && !inClass) inClass = true;
    else if (token === ']') inClass = false;
    pattern += shared;
  }
  try {
    return new RegExp(pattern, 'gmu');
  } catch (error) {
    throw unshared(source, source, error);
  }
}

function translate(token: string, inClass: boolean): string | undefined {
  if (token.startsWith('\\')) {
    const named = Object.hasOwn(classes, token.slice(1)) ? classes[token.slice(1)] : undefined;
    if (named !== undefined) return inClass || token !== '\\w' ? named : `[${named}]`;
    return characters.test(token) ? token.replace(/^\\-$/u, inClass ? '\\-' : '-') : undefined;
  }
  if (inClass) return token === '[' || token === '[[:' || token === '&&' ? undefined : token;
  if (token === '.') return '[^\\n]';
  const isPossessive = token.length === 2 && token.endsWith('+');
  return token === '(?' || token === '[[:' || isPossessive ? undefined : token;
}

function exponential(source: string): TokenizerFormatError {
  return new TokenizerFormatError({
    problem: `tokenizer.json has the regular expression ${JSON.stringify(source.slice(0, 200))}, which nests repetitions`,
    expected: 'Expected one that cannot take exponential time',
    remedy: 'Use the spiece.model of the same model, or rewrite the expression without nested repetitions',
  });
}

function unshared(source: string, part: string, cause?: unknown): TokenizerFormatError {
  return new TokenizerFormatError(
    {
      problem: `tokenizer.json has the regular expression ${JSON.stringify(source.slice(0, 200))}, with ${JSON.stringify(part.slice(0, 50))}`,
      expected: 'Expected syntax with the same meaning in Oniguruma and JavaScript',
      remedy: 'Use the spiece.model of the same model, or simplify the expression',
    },
    { cause },
  );
}
