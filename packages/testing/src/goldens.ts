/** One forward pass recorded with Hugging Face transformers. Nested arrays; `[batch, length]`, or `[batch, choice, length]`. */
export interface GoldenCase {
  readonly input_ids: NestedNumbers;
  readonly attention_mask: NestedNumbers;
  readonly token_type_ids: NestedNumbers;
  readonly outputs: Readonly<Record<string, NestedNumbers>>;
}

type NestedNumbers = readonly (number | NestedNumbers)[];

/** Every folder under `fixtures/models`. */
export const goldenModels = [
  'default-base',
  'default-choice',
  'default-mlm',
  'default-pretraining',
  'default-qa',
  'default-sequence',
  'default-token',
  'gelu_erf-base',
  'gelu_erf-sequence',
  'groups-base',
  'groups-sequence',
  'head_dim_odd-base',
  'head_dim_odd-sequence',
  'inner-base',
  'inner-sequence',
  'relu-base',
  'relu-sequence',
] as const;

/** The numbers of a nested array in row-major order. */
export function flattenNumbers(nested: NestedNumbers): number[] {
  return nested.flat(Infinity) as number[];
}
