import { albertDefaults, readTokenizerConfig } from '../config.ts';
import { TokenizerFormatError } from '../errors.ts';
import { isPythonDigit } from '../python-text.ts';
import { PieceType, readSpieceModel, type SpieceModel } from '../spiece/model.ts';

/** transformers lowers the score of pieces such as `9,` by this much, so that the fast tokenizer rarely picks them. */
const DIGIT_COMMA_PENALTY = 100;

/**
 * Converts a `spiece.model` to the `tokenizer.json` that transformers' `AlbertConverter` would write, for tools that read only
 * that: transformers.js and the Rust tokenizers. On some texts the ids differ from those of `spiece.model`; see the package's
 * README.
 *
 * @param config parsed `tokenizer_config.json`
 * @throws TokenizerFormatError as {@link loadTokenizer}
 */
export function toTokenizerJson(spiece: Uint8Array, config?: unknown): object {
  const model = readSpieceModel(spiece);
  if (model.algorithm !== 'unigram') {
    throw new TokenizerFormatError({
      problem: `spiece.model is a ${model.algorithm.toUpperCase()} model`,
      expected: 'Expected a unigram model, the only kind whose tokenizer.json gives the same pieces',
      remedy: 'Use spiece.model itself, or convert it with transformers: AlbertTokenizerFast(vocab_file=…)',
    });
  }
  const { keep_accents, do_lower_case, specialTokens } = readTokenizerConfig(
    { 'tokenizer_config.json': config },
    albertDefaults,
  );
  const { cls, sep, mask } = specialTokens;
  const { texts, scores, types } = model.pieces;
  const idOf = (token: string): number => texts.indexOf(token);
  const around = (id: string, typeId: 0 | 1): object => ({ SpecialToken: { id, type_id: typeId } });
  const first = [around(cls, 0), { Sequence: { id: 'A', type_id: 0 } }, around(sep, 0)];
  const metaspace = { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true };
  const special = (token: string): object => ({ id: token, ids: [idOf(token)], tokens: [token] });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens(model, new Set(Object.values(specialTokens)), mask),
    normalizer: normalizer(model, keep_accents, do_lower_case),
    pre_tokenizer: metaspace,
    post_processor: {
      type: 'TemplateProcessing',
      single: first,
      pair: [...first, { Sequence: { id: 'B', type_id: 1 } }, around(sep, 1)],
      special_tokens: { [cls]: special(cls), [sep]: special(sep) },
    },
    decoder: metaspace,
    model: {
      type: 'Unigram',
      unk_id: types.indexOf(PieceType.unknown),
      vocab: texts.map((text, id) => [text, (scores[id] ?? 0) - (endsWithDigitComma(text) ? DIGIT_COMMA_PENALTY : 0)]),
      byte_fallback: model.byteFallback,
    },
  };
}

function addedTokens({ pieces }: SpieceModel, special: ReadonlySet<string>, mask: string): object[] {
  return pieces.texts.flatMap((text, id) => {
    const type = pieces.types[id];
    if (!special.has(text) && type !== PieceType.userDefined && type !== PieceType.control) return [];
    return {
      id,
      content: text,
      single_word: false,
      lstrip: text === mask,
      rstrip: false,
      normalized: false,
      special: type !== PieceType.userDefined,
    };
  });
}

function normalizer(
  { normalizer: { precompiledCharsmap } }: SpieceModel,
  keepAccents: boolean,
  lowerCase: boolean,
): object {
  const quotes = ['``', "''"].map((String) => ({ type: 'Replace', pattern: { String }, content: '"' }));
  const accents = keepAccents ? [] : [{ type: 'NFKD' }, { type: 'StripAccents' }];
  const lower = lowerCase ? [{ type: 'Lowercase' }] : [];
  const charsmap =
    precompiledCharsmap.length > 0
      ? [{ type: 'Precompiled', precompiled_charsmap: encodeBase64(precompiledCharsmap) }]
      : [];
  const spaces = { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' };
  return { type: 'Sequence', normalizers: [...quotes, ...accents, ...lower, ...charsmap, spaces] };
}

function endsWithDigitComma(piece: string): boolean {
  return piece.endsWith(',') && isPythonDigit(Array.from(piece.slice(0, -1)).at(-1) ?? '');
}

function encodeBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
