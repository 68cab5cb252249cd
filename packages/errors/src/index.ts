/** Named errors, and the checks of arguments that throw them. */
export {
  abortSignal,
  address,
  anything,
  callback,
  checkArgument,
  checkOptions,
  finite,
  flag,
  everyMember,
  listOf,
  nested,
  oneOf,
  oneOrMany,
  shown,
  string,
  text,
  whole,
  type Rule,
  type Rules,
} from './arguments.ts';
export { AlbertError, DisposedError, InvalidArgumentError, logWarning, messageOf, type Explanation } from './errors.ts';
export {
  ignored,
  read,
  refusalOf,
  refused,
  tokenizerClass,
  unknownFields,
  UnknownFieldWarning,
  type FieldTable,
  type FieldUse,
} from './fields.ts';
