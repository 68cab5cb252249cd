import { refusedField, unknownFields, type FieldTable, type UnknownFieldWarning } from '@albert-web/errors';
import { TokenizerFormatError } from './errors.ts';
import { specialTokensMapFields, tokenizerConfigFields } from './fields.ts';

/** Settings from the vocabulary's companion files. Flags have the names of `tokenizer_config.json`. */
export interface TokenizerConfig {
  readonly do_lower_case: boolean;
  readonly keep_accents: boolean;
  readonly remove_space: boolean;
  /** For BERT; undefined means the same as `do_lower_case`. */
  readonly strip_accents: boolean | undefined;
  readonly tokenize_chinese_chars: boolean;
  /** The transformers class that the files name, if any. */
  readonly tokenizer_class: string | undefined;
  readonly specialTokens: SpecialTokens;
  /** The end at which long texts are cut. */
  readonly truncationSide: 'left' | 'right';
  /** Whether the second text of a pair has token type 1. */
  readonly hasTokenTypes: boolean;
  /** Maximum sequence length, special tokens included; Infinity if there is no limit. */
  readonly modelMaxLength: number;
  /** Tokens matched in the text itself: added tokens first, then special tokens, each in order of their ids. */
  readonly declaredTokens: readonly DeclaredToken[];
}

/** Contents of the special tokens, by role. */
export interface SpecialTokens {
  readonly pad: string;
  readonly unk: string;
  readonly cls: string;
  readonly sep: string;
  readonly mask: string;
}

/** A token declared in a companion file of the vocabulary. */
export interface DeclaredToken extends TokenFlags {
  /** The id that a file gives. If undefined: the token's position in the vocabulary, or else the next free id. */
  readonly id: number | undefined;
}

/** Hugging Face's `AddedToken`. */
export interface TokenFlags {
  readonly content: string;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly singleWord: boolean;
  /** Whether the token is matched in the normalized text instead of the original. */
  readonly normalized: boolean;
  readonly special: boolean;
}

/** The companion files of a vocabulary that affect ids, parsed from JSON. */
export interface CompanionFiles {
  readonly 'tokenizer_config.json'?: unknown;
  /** The special tokens by role, as written by transformers before 4.34. */
  readonly 'special_tokens_map.json'?: unknown;
  /** Ids of tokens missing from the vocabulary, as written by transformers before 4.34. */
  readonly 'added_tokens.json'?: unknown;
}

/** Default special tokens of a Hugging Face tokenizer class. */
export interface TokenizerDefaults extends SpecialTokens {
  readonly bos?: string;
  readonly eos?: string;
  /** Whether the mask token also matches the white space before it. */
  readonly maskStripsLeft: boolean;
}

/** Defaults of `AlbertTokenizer`. */
export const albertDefaults: TokenizerDefaults = {
  bos: '[CLS]',
  eos: '[SEP]',
  unk: '<unk>',
  sep: '[SEP]',
  pad: '<pad>',
  cls: '[CLS]',
  mask: '[MASK]',
  maskStripsLeft: true,
};
/** Defaults of `BertTokenizer`, which the Chinese ALBERT models use. */
export const bertDefaults: TokenizerDefaults = {
  unk: '[UNK]',
  sep: '[SEP]',
  pad: '[PAD]',
  cls: '[CLS]',
  mask: '[MASK]',
  maskStripsLeft: false,
};

/** transformers' `SPECIAL_TOKENS_ATTRIBUTES`: tokens missing from the vocabulary get their ids in this order. */
const roles = ['bos', 'eos', 'unk', 'sep', 'pad', 'cls', 'mask'] as const;
type Role = (typeof roles)[number];
const configFile = 'tokenizer_config.json';
const mapFile = 'special_tokens_map.json';
const addedFile = 'added_tokens.json';

/**
 * Reads the companion files of a vocabulary and fills in Hugging Face's defaults.
 *
 * `special_tokens_map.json` and `added_tokens.json` are read only if `tokenizer_config.json` has no `added_tokens_decoder`,
 * which replaced both (transformers, `PreTrainedTokenizerBase._from_pretrained`).
 *
 * @throws TokenizerFormatError when a file is not an object, or a field has the wrong type
 */
export function readTokenizerConfig(files: CompanionFiles, defaults: TokenizerDefaults): TokenizerConfig {
  const fields = recordOf(files[configFile], configFile);
  const refused = refusedField(configFile, fields, tokenizerConfigFields);
  if (refused) throw new TokenizerFormatError(refused);
  const decoder = fields['added_tokens_decoder'] ?? undefined;
  const map = decoder === undefined ? recordOf(files[mapFile], mapFile) : {};
  const flag = <D extends boolean | undefined>(name: string, missing: D): boolean | D => {
    const value = fields[name] ?? missing;
    if (value !== undefined && typeof value !== 'boolean') throw wrongField(configFile, name, value, 'true or false');
    return value as boolean | D;
  };
  const roleTokens = readRoles(fields, map, defaults);
  const special = [...roleTokens.values(), ...extraSpecialTokens(fields, map)];
  const added =
    decoder === undefined ? readAddedTokens(files[addedFile], special) : readDecoder(recordOf(decoder, configFile));
  const known = new Set(added.map(({ content }) => content));
  const others = special.filter(({ content }) => !known.has(content) && known.add(content));
  const contentOf = (role: Role): string => roleTokens.get(role)?.content ?? '';
  return {
    do_lower_case: flag('do_lower_case', true),
    keep_accents: flag('keep_accents', false),
    remove_space: flag('remove_space', true),
    strip_accents: flag('strip_accents', undefined),
    tokenize_chinese_chars: flag('tokenize_chinese_chars', true),
    tokenizer_class: typeof fields['tokenizer_class'] === 'string' ? fields['tokenizer_class'] : undefined,
    specialTokens: {
      pad: contentOf('pad'),
      unk: contentOf('unk'),
      cls: contentOf('cls'),
      sep: contentOf('sep'),
      mask: contentOf('mask'),
    },
    truncationSide: readTruncationSide(fields),
    hasTokenTypes: readHasTokenTypes(fields),
    modelMaxLength: readMaxLength(fields),
    declaredTokens: [...added, ...others.map((token) => ({ ...token, id: undefined }))],
  };
}

/** transformers classes that read only `tokenizer.json`, even if there are other files. */
const jsonClasses = ['PreTrainedTokenizerFast', 'TokenizersBackend'];

/** The classes used with ALBERT in which transformers 5 gives the second text of a pair type 1: that of the Chinese models. */
const typedClasses = ['BertTokenizer'];

/** Whether `tokenizer_config.json` belongs to `tokenizer.json` alone: it names such a class, or transformers 5 saved it. */
export function readsJson(settings: unknown): boolean {
  if (!isRecord(settings)) return false;
  const { backend, tokenizer_class: name } = settings;
  return backend === 'tokenizers' || (typeof name === 'string' && jsonClasses.includes(name));
}

/** Returns a warning for each companion file with unknown fields. */
export function unknownTokenizerFields(files: CompanionFiles): UnknownFieldWarning[] {
  const tables: readonly (readonly [file: keyof CompanionFiles, table: FieldTable])[] = [
    [configFile, tokenizerConfigFields],
    [mapFile, specialTokensMapFields],
  ];
  return tables.flatMap(([file, table]) => unknownFields(file, recordOf(files[file], file), table) ?? []);
}

function readTruncationSide(fields: Fields): TokenizerConfig['truncationSide'] {
  const side = fields['truncation_side'] ?? 'right';
  if (side === 'left' || side === 'right') return side;
  throw wrongField(configFile, 'truncation_side', side, '"left" or "right"');
}

/** transformers writes 1e30 for "no limit". */
function readMaxLength(fields: Fields): number {
  const name = (fields['model_max_length'] ?? undefined) === undefined ? 'max_len' : 'model_max_length';
  const length = fields[name] ?? Infinity;
  if (typeof length === 'number' && length >= 1) return Number.isSafeInteger(length) ? length : Infinity;
  throw wrongField(configFile, name, length, 'a number of tokens');
}

/** transformers 5 gives an ALBERT no token types, so a model that was trained on pairs with it has only seen type 0. */
function readHasTokenTypes(fields: Fields): boolean {
  const isTyped = fields['backend'] !== 'tokenizers' || typedClasses.includes(String(fields['tokenizer_class']));
  const names = fields['model_input_names'] ?? (isTyped ? ['token_type_ids'] : []);
  if (Array.isArray(names)) return names.includes('token_type_ids');
  throw wrongField(configFile, 'model_input_names', names, 'a list of names');
}

type Fields = Readonly<Record<string, unknown>>;

function readRoles(fields: Fields, map: Fields, defaults: TokenizerDefaults): Map<Role, TokenFlags> {
  const tokens = new Map<Role, TokenFlags>();
  for (const role of roles) {
    const name = `${role}_token`;
    const file = map[name] === undefined || map[name] === null ? configFile : mapFile;
    const value = (file === mapFile ? map[name] : fields[name]) ?? defaults[role];
    if (value === undefined) continue;
    const lstrip = role === 'mask' && defaults.maskStripsLeft;
    tokens.set(role, { ...readToken(value, file, name, { lstrip, normalized: false }), special: true });
  }
  return tokens;
}

/** Special tokens without a role: `additional_special_tokens`, named `extra_special_tokens` in transformers 5. */
function extraSpecialTokens(fields: Fields, map: Fields): TokenFlags[] {
  const named = ['additional_special_tokens', 'extra_special_tokens'].flatMap((name) => [
    [configFile, name, fields[name]] as const,
    [mapFile, name, map[name]] as const,
  ]);
  return named.flatMap(([file, name, value]) => {
    if (value === undefined || value === null) return [];
    // The keys of `extra_special_tokens` may be roles that only this model has.
    if (!Array.isArray(value) && !isRecord(value)) throw wrongField(file, name, value, 'a list of tokens');
    return Object.values(value).map((token) => ({
      ...readToken(token, file, name, { lstrip: false, normalized: false }),
      special: true,
    }));
  });
}

/** Reads `added_tokens_decoder`: every added token by id. */
function readDecoder(decoder: Fields): DeclaredToken[] {
  return Object.entries(decoder).map(([id, value]) => ({
    ...readToken(value, configFile, 'added_tokens_decoder', { lstrip: false, normalized: false }),
    id: readId(id === '' ? NaN : Number(id), configFile),
  }));
}

/** Reads `added_tokens.json`: ids by token. */
function readAddedTokens(file: unknown, special: readonly TokenFlags[]): DeclaredToken[] {
  return Object.entries(recordOf(file, addedFile)).map(([content, id]) => {
    if (content === '') throw wrongField(addedFile, 'a token', content, 'a token');
    const isSpecial = special.some((token) => token.content === content);
    const flags = { lstrip: false, rstrip: false, singleWord: false, normalized: !isSpecial, special: isSpecial };
    return { ...flags, content, id: readId(id, addedFile) };
  });
}

/** Reads a token given as a string or as an object with flags. */
function readToken(
  value: unknown,
  file: string,
  name: string,
  missing: { readonly lstrip: boolean; readonly normalized: boolean },
): TokenFlags {
  const fields: Fields = isRecord(value) ? value : { content: value };
  const { content } = fields;
  if (typeof content !== 'string' || content === '')
    throw wrongField(file, name, value, 'a token, or an object with its content');
  const flag = (field: string, otherwise: boolean): boolean => {
    const given = fields[field] ?? otherwise;
    if (typeof given !== 'boolean') throw wrongField(file, `${name}.${field}`, given, 'true or false');
    return given;
  };
  return {
    content,
    lstrip: flag('lstrip', isRecord(value) ? false : missing.lstrip),
    rstrip: flag('rstrip', false),
    singleWord: flag('single_word', false),
    normalized: flag('normalized', missing.normalized),
    special: flag('special', false),
  };
}

/** Larger than any real vocabulary. Bounds the size of lists with an entry per id. */
export const MAX_ID = 2 ** 22;

function readId(id: unknown, file: string): number {
  if (typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < MAX_ID) return id;
  throw wrongField(file, 'the id of an added token', id, `a whole number below ${MAX_ID}`);
}

/** Whether a parsed JSON value is an object. */
export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws TokenizerFormatError when a parsed JSON value is not an object */
function recordOf(value: unknown, file: string): Fields {
  if (value === undefined) return {};
  if (isRecord(value)) return value;
  throw new TokenizerFormatError({
    problem: `${file} is ${value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`}`,
    expected: 'Expected a JSON object',
    remedy: 'Download the file again',
  });
}

function wrongField(file: string, name: string, value: unknown, expected: string): TokenizerFormatError {
  return new TokenizerFormatError({
    problem: `${file} has ${name} = ${JSON.stringify(value)}`,
    expected: `Expected ${expected}`,
    remedy: 'Correct the file',
  });
}
