import { refusalOf, unknownFields, type FieldTable, type UnknownFieldWarning } from '@albert-web/errors';
import { TokenizerFormatError } from './errors.ts';
import { specialTokensMapFields, tokenizerConfigFields } from './fields.ts';

/** What the files beside a vocabulary say; the names of the flags are those of `tokenizer_config.json`. */
export interface TokenizerConfig {
  readonly do_lower_case: boolean;
  readonly keep_accents: boolean;
  readonly remove_space: boolean;
  /** BERT's: undefined means "as do_lower_case". */
  readonly strip_accents: boolean | undefined;
  readonly tokenize_chinese_chars: boolean;
  /** The class of transformers that the files are for, where they say it. */
  readonly tokenizer_class: string | undefined;
  readonly specialTokens: SpecialTokens;
  /** Which end of a long text is cut off. */
  readonly truncationSide: 'left' | 'right';
  /** Whether the second text of a pair has a type of its own. */
  readonly hasTokenTypes: boolean;
  /** Tokens recognized in the text itself: those that the files add, then those with a role, in the order of their ids. */
  readonly declaredTokens: readonly DeclaredToken[];
}

/** Contents of the tokens that have a role. */
export interface SpecialTokens {
  readonly pad: string;
  readonly unk: string;
  readonly cls: string;
  readonly sep: string;
  readonly mask: string;
}

/** A token that a file beside the vocabulary names. */
export interface DeclaredToken extends TokenFlags {
  /** Where a file says it; else the token has its place in the vocabulary, or gets the next free one. */
  readonly id: number | undefined;
}

/** `AddedToken` of Hugging Face. */
export interface TokenFlags {
  readonly content: string;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly singleWord: boolean;
  /** Whether the token is looked for in the normalized text rather than in the text as it was given. */
  readonly normalized: boolean;
  readonly special: boolean;
}

/** The files beside a vocabulary that change ids, parsed from JSON. */
export interface CompanionFiles {
  readonly 'tokenizer_config.json'?: unknown;
  /** Names of the tokens with a role, as transformers before 4.34 wrote them. */
  readonly 'special_tokens_map.json'?: unknown;
  /** Ids of tokens that the vocabulary lacks, as transformers before 4.34 wrote them. */
  readonly 'added_tokens.json'?: unknown;
}

/** The tokens with a role of one class of Hugging Face, where no file says otherwise. */
export interface TokenizerDefaults extends SpecialTokens {
  readonly bos?: string;
  readonly eos?: string;
  /** Whether the mask takes the white space before it along. */
  readonly maskStripsLeft: boolean;
}

/** ALBERT's special tokens where no file says otherwise. */
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
/** BERT's, which the Chinese ALBERT models use. */
export const bertDefaults: TokenizerDefaults = {
  unk: '[UNK]',
  sep: '[SEP]',
  pad: '[PAD]',
  cls: '[CLS]',
  mask: '[MASK]',
  maskStripsLeft: false,
};

/** `SPECIAL_TOKENS_ATTRIBUTES` of transformers: in this order, tokens that the vocabulary lacks get their ids. */
const roles = ['bos', 'eos', 'unk', 'sep', 'pad', 'cls', 'mask'] as const;
type Role = (typeof roles)[number];
const configFile = 'tokenizer_config.json';
const mapFile = 'special_tokens_map.json';
const addedFile = 'added_tokens.json';

/**
 * Reads the companions of a vocabulary; what they leave out gets Hugging Face's default.
 *
 * `special_tokens_map.json` and `added_tokens.json` count where `tokenizer_config.json` has no `added_tokens_decoder`, which
 * replaced both (transformers, `PreTrainedTokenizerBase._from_pretrained`).
 *
 * @throws TokenizerFormatError when one is no object, or a field has another type
 */
export function readTokenizerConfig(files: CompanionFiles, defaults: TokenizerDefaults): TokenizerConfig {
  const fields = recordOf(files[configFile], configFile);
  const refusal = refusalOf(configFile, fields, tokenizerConfigFields);
  if (refusal) throw new TokenizerFormatError(refusal);
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
    declaredTokens: [...added, ...others.map((token) => ({ ...token, id: undefined }))],
  };
}

/** Classes of transformers that read `tokenizer.json` and nothing else, whatever lies beside it. */
const jsonClasses = ['PreTrainedTokenizerFast', 'TokenizersBackend'];

/** Whether `tokenizer_config.json` belongs to `tokenizer.json` alone: by its class, or saved by transformers 5. */
export function readsJson(settings: unknown): boolean {
  if (!isRecord(settings)) return false;
  const { backend, tokenizer_class: name } = settings;
  return backend === 'tokenizers' || (typeof name === 'string' && jsonClasses.includes(name));
}

/** Names what the files beside a vocabulary have that no table knows. */
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

function readHasTokenTypes(fields: Fields): boolean {
  const names = fields['model_input_names'] ?? ['token_type_ids'];
  if (Array.isArray(names)) return names.includes('token_type_ids');
  throw wrongField(configFile, 'model_input_names', names, 'A list of names');
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

/** Special tokens without a role: `additional_special_tokens`, which transformers 5 calls `extra_special_tokens`. */
function extraSpecialTokens(fields: Fields, map: Fields): TokenFlags[] {
  const named = ['additional_special_tokens', 'extra_special_tokens'].flatMap((name) => [
    [configFile, name, fields[name]] as const,
    [mapFile, name, map[name]] as const,
  ]);
  return named.flatMap(([file, name, value]) => {
    if (value === undefined || value === null) return [];
    // `extra_special_tokens` may have roles of the model's own as keys.
    if (!Array.isArray(value) && !isRecord(value)) throw wrongField(file, name, value, 'A list of tokens');
    return Object.values(value).map((token) => ({
      ...readToken(token, file, name, { lstrip: false, normalized: false }),
      special: true,
    }));
  });
}

/** `added_tokens_decoder`: every added token by its id. */
function readDecoder(decoder: Fields): DeclaredToken[] {
  return Object.entries(decoder).map(([id, value]) => ({
    ...readToken(value, configFile, 'added_tokens_decoder', { lstrip: false, normalized: false }),
    id: readId(id === '' ? NaN : Number(id), configFile),
  }));
}

/** `added_tokens.json`: ids by token. */
function readAddedTokens(file: unknown, special: readonly TokenFlags[]): DeclaredToken[] {
  return Object.entries(recordOf(file, addedFile)).map(([content, id]) => {
    if (content === '') throw wrongField(addedFile, 'a token', content, 'A token');
    const isSpecial = special.some((token) => token.content === content);
    const flags = { lstrip: false, rstrip: false, singleWord: false, normalized: !isSpecial, special: isSpecial };
    return { ...flags, content, id: readId(id, addedFile) };
  });
}

/** A token as a string, or as an object with its flags. */
function readToken(
  value: unknown,
  file: string,
  name: string,
  missing: { readonly lstrip: boolean; readonly normalized: boolean },
): TokenFlags {
  const fields: Fields = isRecord(value) ? value : { content: value };
  const { content } = fields;
  if (typeof content !== 'string' || content === '')
    throw wrongField(file, name, value, 'A token, or an object with its content');
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

/** More than any vocabulary has: a list with an entry for each id must stay small. */
export const LARGEST_ID = 2 ** 22;

function readId(id: unknown, file: string): number {
  if (typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < LARGEST_ID) return id;
  throw wrongField(file, 'the id of an added token', id, `A whole number below ${LARGEST_ID}`);
}

/** Whether a parsed JSON value is an object. */
export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws TokenizerFormatError when a parsed JSON value is not an object. */
function recordOf(value: unknown, file: string): Fields {
  if (value === undefined) return {};
  if (isRecord(value)) return value;
  throw new TokenizerFormatError({
    problem: `${file} is ${value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`}`,
    expected: 'A JSON object',
    remedy: 'Fetch the file again',
  });
}

function wrongField(file: string, name: string, value: unknown, expected: string): TokenizerFormatError {
  return new TokenizerFormatError({
    problem: `${file} has ${name} = ${JSON.stringify(value)}`,
    expected,
    remedy: 'Correct the file',
  });
}
