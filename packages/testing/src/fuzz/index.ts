/** Fuzzing of parsers, for the tests of every package that has parsers. */
export { mutateBytes, splice } from './bytes.ts';
export { fuzz, fuzzBudget, type FuzzResult } from './fuzz.ts';
export { jsonBytes, mutateJson, mutateValue } from './json.ts';
export { mutateProtobuf } from './protobuf.ts';
export { mutateTable } from './table.ts';
export type { Bytes, FuzzTarget, Mutation } from './target.ts';
