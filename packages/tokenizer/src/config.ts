import { TokenizerFormatError } from './errors.ts';

/** The fields of `tokenizer_config.json` that change ids; the names are its own. */
export interface TokenizerConfig {
  readonly do_lower_case: boolean;
  /** Undefined where the file does not say; each kind of tokenizer has its own default. */
  readonly keep_accents: boolean;
  readonly remove_space: boolean;
  /** BERT's: undefined means "as do_lower_case". */
  readonly strip_accents: boolean | undefined;
  readonly tokenize_chinese_chars: boolean;
  readonly specialTokens: SpecialTokens;
}

/** Contents of the tokens that have a role. */
export interface SpecialTokens {
  readonly pad: string;
  readonly unk: string;
  readonly cls: string;
  readonly sep: string;
  readonly mask: string;
}

/** ALBERT's special tokens where no file says otherwise. */
export const albertSpecialTokens: SpecialTokens = {
  pad: '<pad>',
  unk: '<unk>',
  cls: '[CLS]',
  sep: '[SEP]',
  mask: '[MASK]',
};
/** BERT's, which the Chinese ALBERT models use. */
export const bertSpecialTokens: SpecialTokens = {
  pad: '[PAD]',
  unk: '[UNK]',
  cls: '[CLS]',
  sep: '[SEP]',
  mask: '[MASK]',
};

/**
 * Reads `tokenizer_config.json`; what it leaves out gets Hugging Face's default.
 * @throws TokenizerFormatError when it is no object, or a field has another type
 */
export function readTokenizerConfig(file: unknown, defaults: SpecialTokens): TokenizerConfig {
  const fields = file === undefined ? {} : asRecord(file, 'tokenizer_config.json');
  const flag = <D extends boolean | undefined>(name: string, missing: D): boolean | D => {
    const value = fields[name] ?? missing;
    if (value !== undefined && typeof value !== 'boolean') throw wrongField(name, value, 'true or false');
    return value as boolean | D;
  };
  const special = (role: keyof SpecialTokens): string => {
    const value = fields[`${role}_token`] ?? defaults[role];
    const content = isRecord(value) ? value['content'] : value;
    if (typeof content !== 'string' || content === '')
      throw wrongField(`${role}_token`, value, 'A token, or an object with its content');
    return content;
  };
  return {
    do_lower_case: flag('do_lower_case', true),
    keep_accents: flag('keep_accents', false),
    remove_space: flag('remove_space', true),
    strip_accents: flag('strip_accents', undefined),
    tokenize_chinese_chars: flag('tokenize_chinese_chars', true),
    specialTokens: {
      pad: special('pad'),
      unk: special('unk'),
      cls: special('cls'),
      sep: special('sep'),
      mask: special('mask'),
    },
  };
}

/** Whether a parsed JSON value is an object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws TokenizerFormatError when a parsed JSON value is not an object. */
export function asRecord(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (isRecord(value)) return value;
  throw new TokenizerFormatError({
    problem: `${what} is ${value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`}`,
    expected: 'A JSON object',
    remedy: 'Fetch the file again',
  });
}

function wrongField(name: string, value: unknown, expected: string): TokenizerFormatError {
  return new TokenizerFormatError({
    problem: `tokenizer_config.json has ${name} = ${JSON.stringify(value)}`,
    expected,
    remedy: 'Correct the file',
  });
}
