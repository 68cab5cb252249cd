/**
 * How the fields of a model's JSON files are handled. Every field is either read, known to change nothing here, or refused.
 * A field that no table lists is reported: if it were silently ignored, results could differ from those of the model's authors.
 */
import { shown } from './arguments.ts';
import { UnknownFieldWarning, type Explanation } from './errors.ts';

/** How one field is handled. */
export type FieldUse =
  | {
      readonly use: 'read';
      /** What the field decides. */
      readonly why: string;
    }
  | {
      readonly use: 'ignored';
      /** Why the field changes nothing here. */
      readonly why: string;
    }
  | {
      readonly use: 'refused';
      /** What the field would change. */
      readonly why: string;
      /** Values that change nothing. `null` is always one. */
      readonly harmless: readonly unknown[];
    };

/** Every known field of a file, by name. */
export type FieldTable = Readonly<Record<string, FieldUse>>;

/** A field that decides something. */
export const read = (why: string): FieldUse => ({ use: 'read', why });
/** A field that changes nothing here, for the reason given. */
export const ignored = (why: string): FieldUse => ({ use: 'ignored', why });
/** A field with values that are not supported: all values except the harmless ones are refused. */
export const refused = (why: string, ...harmless: readonly unknown[]): FieldUse => ({ use: 'refused', why, harmless });

/** Gives several fields the same use. */
export const sameUse = (names: readonly string[], use: FieldUse): FieldTable =>
  fieldTable(...names.map((name) => ({ [name]: use })));

/** Merges tables into one. @throws TypeError if two tables have the same field: the later one would silently win */
export function fieldTable(...groups: readonly FieldTable[]): FieldTable {
  const table: Record<string, FieldUse> = {};
  for (const [name, use] of groups.flatMap((group) => Object.entries(group))) {
    if (Object.hasOwn(table, name)) throw new TypeError(`the table of fields has ${name} twice`);
    table[name] = use;
  }
  return table;
}

/** `tokenizer_class` of `config.json` and of `tokenizer_config.json`: the classes whose ids are an ALBERT tokenizer's. */
export const tokenizerClass = refused(
  'its ids are not those of an ALBERT tokenizer',
  'AlbertTokenizer',
  'AlbertTokenizerFast',
  'BertTokenizer',
  'BertTokenizerFast',
  'PreTrainedTokenizerFast',
  'TokenizersBackend',
);

/**
 * Checks a parsed file against its table.
 *
 * @returns why the file is refused, if a field has a value that is not supported
 */
export function refusedField(file: string, fields: object, table: FieldTable): Explanation | undefined {
  for (const [name, value] of Object.entries(fields)) {
    const field = useOf(table, name);
    if (field?.use !== 'refused' || isHarmless(value, field.harmless)) continue;
    return {
      problem: `${file} has ${name} = ${shown(value)}: ${field.why}`,
      expected: `Expected ${field.harmless.length === 0 ? 'no such field' : field.harmless.map(shown).join(' or ')}`,
      remedy: 'This runtime does not support it: load another model, or save this one without it',
    };
  }
  return undefined;
}

/** Returns a warning that names the fields that are not in the table, or undefined if all are. */
export function unknownFields(file: string, fields: object, table: FieldTable): UnknownFieldWarning | undefined {
  const unknown = Object.keys(fields).filter((name) => useOf(table, name) === undefined);
  return unknown.length === 0 ? undefined : new UnknownFieldWarning(file, unknown);
}

/** Uses `hasOwn`, because inherited names such as `constructor` are not rows of a table. */
const useOf = (table: FieldTable, name: string): FieldUse | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

function isHarmless(value: unknown, harmless: readonly unknown[]): boolean {
  if (value === null || value === undefined) return true;
  const written = JSON.stringify(value);
  return harmless.some((same) => JSON.stringify(same) === written);
}
