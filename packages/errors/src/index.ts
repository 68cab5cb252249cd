/** Named errors, the checks and allocations that throw them, and calls that are rejected with them. */
export { allocate, allocateWith, concatenate, copyOf } from './allocate.ts';
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
  otherOptions,
  required,
  shown,
  string,
  text,
  whole,
  type Rule,
  type Rules,
} from './arguments.ts';
export {
  AlbertError,
  DisposedError,
  InvalidArgumentError,
  logWarning,
  messageOf,
  OutOfMemoryError,
  UnknownFieldWarning,
  type Explanation,
  type Reason,
} from './errors.ts';
export {
  fieldTable,
  ignored,
  read,
  refusedField,
  refused,
  sameUse,
  tokenizerClass,
  unknownFields,
  type FieldTable,
  type FieldUse,
} from './fields.ts';
export { PendingCalls } from './pending-calls.ts';
